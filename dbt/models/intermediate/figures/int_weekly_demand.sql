with

lines as (
    select
        source_system,
        product_id,
        site_id,
        base_quantity as quantity,
        {{ week_start('received_date') }} as week_start
    from {{ ref('int_line_facts') }}
    where not is_continuation and received_date is not null
),

places as (
    select source_system, product_id, site_id, week_start, quantity
    from lines
    where site_id is not null
    union all
    select source_system, product_id, cast(null as string) as site_id, week_start, quantity
    from lines
),

demand as (
    select
        source_system,
        product_id,
        site_id,
        week_start,
        cast(sum(quantity) as decimal(28, 6)) as quantity
    from places
    group by source_system, product_id, site_id, week_start
)

select
    *,
    {{ surrogate_key(['source_system', 'product_id', 'site_id']) }} as series_key
from demand
