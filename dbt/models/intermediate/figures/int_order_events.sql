with

orders as (
    select source_system, order_id, order_key, company_zone from {{ ref('int_order_facts') }}
),

events as (
    select source_system, order_id, event_id, step, activity, actor_kind, occurred_at, occurred_date
    from {{ ref('stg_order_events') }}
    where known_to = {{ end_of_time() }} and (occurred_at is not null or occurred_date is not null)
),

placed as (
    select
        events.source_system,
        orders.order_key,
        events.event_id,
        events.step,
        events.activity,
        coalesce(events.actor_kind = 'human', false) as is_by_human,
        {{ event_instant('events.occurred_at', 'events.occurred_date', 'orders.company_zone') }} as occurred_at
    from events
    inner join orders on events.source_system = orders.source_system and events.order_id = orders.order_id
)

select * from placed
