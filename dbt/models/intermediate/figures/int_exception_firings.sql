with

companies as (
    select context.source_system, {{ company_zone('context') }} as company_zone
    from {{ ref('int_source_context') }} as context
),

returns as (
    select source_system, order_id from {{ ref('stg_orders') }}
    where known_to = {{ end_of_time() }} and order_type = 'return'
),

told as (
    select
        firings.source_system,
        firings.exception_id,
        firings.order_id,
        firings.exception_type,
        firings.stage,
        firings.work_minutes,
        firings.source_file,
        firings.source_line,
        firings.known_from,
        companies.company_zone,
        {{ event_instant('firings.opened_at', 'firings.opened_date', 'companies.company_zone') }} as fired_at,
        {{ event_instant('firings.closed_at', 'firings.closed_date', 'companies.company_zone') }} as closed_at
    from {{ ref('stg_exceptions') }} as firings
    inner join companies on firings.source_system = companies.source_system
    left join returns
        on firings.source_system = returns.source_system and firings.order_id = returns.order_id
    where
        firings.known_to = {{ end_of_time() }}
        and coalesce(firings.side, 'sales') = 'sales'
        and returns.order_id is null
)

select
    told.source_system,
    {{ surrogate_key(['told.source_system', "'exception'", 'told.exception_id']) }} as exception_key,
    told.exception_id,
    orders.order_key,
    told.exception_type,
    told.stage,
    told.company_zone,
    coalesce(told.fired_at, orders.received_at, told.closed_at, told.known_from) as fired_at,
    coalesce(told.closed_at, told.fired_at, orders.received_at, told.known_from) as worked_at,
    told.fired_at is not null as is_dated,
    told.work_minutes,
    told.source_file,
    told.source_line
from told
left join {{ ref('int_order_facts') }} as orders
    on told.source_system = orders.source_system and told.order_id = orders.order_id
