with

events as (
    select source_system, activity, count(*) as non_null_rows
    from {{ ref('fct_events') }}
    where occurred_at is not null or occurred_date is not null
    group by source_system, activity
),

-- Whether a company tells a kind of event at all says what its figures can know: columns alone do not.
inventory as (
    select source_system, entity, column_name, non_null_rows
    from {{ source('raw', 'source_inventory') }}
    union all
    select source_system, 'order_events' as entity, concat('activity=', activity) as column_name, non_null_rows
    from events
)

select
    source_system,
    entity,
    column_name,
    cast(non_null_rows as bigint) as non_null_rows
from inventory
