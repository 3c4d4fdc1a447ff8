{{ config(materialized='view') }}

{{ current_rows('stg_order_events', 'event_key', [
    'event_id', 'order_id', 'step', 'activity', 'actor_kind'
], ['occurred']) }}
