with

companies as (
    select source_system, coalesce(default_zone, only_site_zone, 'Etc/UTC') as company_zone
    from {{ ref('int_source_context') }}
),

returns as (
    select source_system, order_id from {{ ref('stg_orders') }}
    where known_to = {{ end_of_time() }} and order_type = 'return'
),

fired as (
    select
        firings.source_system,
        firings.exception_id,
        firings.order_id,
        firings.exception_type,
        firings.stage,
        firings.work_minutes,
        firings.source_file,
        firings.source_line,
        companies.company_zone,
        {{ event_instant('firings.opened_at', 'firings.opened_date', 'companies.company_zone') }} as fired_at,
        {{ event_instant('firings.closed_at', 'firings.closed_date', 'companies.company_zone') }} as closed_at
    from {{ ref('stg_exceptions') }} as firings
    inner join companies on firings.source_system = companies.source_system
    where firings.known_to = {{ end_of_time() }} and coalesce(firings.side, 'sales') = 'sales'
),

ranked as (
    select
        *,
        min(fired_at) over (partition by source_system, exception_id) as first_fired_at,
        row_number() over (
            partition by source_system, exception_id order by fired_at desc nulls last, source_line desc
        ) as recency
    from fired
),

latest as (
    select
        ranked.source_system,
        {{ surrogate_key(['ranked.source_system', "'exception'", 'ranked.exception_id']) }} as exception_key,
        ranked.exception_id,
        orders.order_key,
        ranked.exception_type,
        ranked.stage,
        ranked.company_zone,
        ranked.first_fired_at,
        coalesce(ranked.closed_at, ranked.fired_at) as worked_at,
        ranked.work_minutes,
        ranked.source_file,
        ranked.source_line
    from ranked
    left join {{ ref('int_order_facts') }} as orders
        on ranked.source_system = orders.source_system and ranked.order_id = orders.order_id
    left join returns
        on ranked.source_system = returns.source_system and ranked.order_id = returns.order_id
    where ranked.recency = 1 and returns.order_id is null
)

select * from latest
