select
    source_system,
    cost_kind as component,
    cost_basis,
    activity,
    channel,
    site_id,
    cost_amount,
    currency,
    coalesce(valid_from, cast({{ beginning_of_time() }} as date)) as valid_from,
    coalesce(valid_to, cast({{ end_of_time() }} as date)) as valid_to
from {{ ref('stg_cost_rates') }}
where known_to = {{ end_of_time() }}
