{{ config(materialized='view') }}

with

objects as (
    select * from {{ ref('int_current_event_objects') }}
),

linked as (
    select
        objects.event_object_key,
        objects.source_system,
        objects.event_id,
        coalesce(events.event_key, 'unknown') as event_key,
        coalesce(events.order_key, 'unknown') as order_key,
        coalesce(events.customer_key, 'unknown') as customer_key,
        objects.object_type,
        objects.object_id,
        objects.source_file,
        objects.source_line
    from objects
    left join {{ ref('fct_events') }} as events
        on
            objects.source_system = events.source_system
            and objects.event_id = events.event_id
)

select * from linked
