{{ config(materialized='view') }}

with

events as (
    select * from {{ ref('int_current_events') }}
),

keyed as (
    select
        events.event_key,
        events.source_system,
        events.event_id,
        events.order_id,
        coalesce(order_keys.order_key, 'unknown') as order_key,
        coalesce(order_keys.customer_key, 'unknown') as customer_key,
        events.step,
        events.activity,
        events.actor_kind,
        events.occurred_at,
        events.occurred_date,
        events.source_file,
        events.source_line
    from events
    left join {{ ref('int_order_keys') }} as order_keys
        on
            events.source_system = order_keys.source_system
            and events.order_id = order_keys.order_id
            and order_keys.side = 'sales'
)

select * from keyed
