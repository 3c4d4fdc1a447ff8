with

activities as (
    select * from {{ ref('dim_activities') }}
),

-- Whether a company tells a kind of event at all says what its figures can know: columns alone do not.
inventory as (
    select source_system, entity, column_name, non_null_rows
    from {{ source('raw', 'source_inventory') }}
    union all
    select
        source_system,
        'order_events' as entity,
        concat('activity=', activity) as column_name,
        events as non_null_rows
    from activities
)

select
    source_system,
    entity,
    column_name,
    cast(non_null_rows as bigint) as non_null_rows
from inventory
