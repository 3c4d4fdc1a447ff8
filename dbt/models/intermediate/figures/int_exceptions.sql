with

ranked as (
    select
        *,
        min(fired_at) over (partition by exception_key) as first_fired_at,
        row_number() over (
            partition by exception_key order by is_dated desc, fired_at desc, source_line desc
        ) as recency
    from {{ ref('int_exception_firings') }}
)

select
    source_system,
    exception_key,
    exception_id,
    order_key,
    exception_type,
    stage,
    company_zone,
    first_fired_at,
    source_file,
    source_line
from ranked
where recency = 1
