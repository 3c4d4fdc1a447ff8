{{ config(materialized='view') }}

{{ current_rows('stg_order_event_objects', 'event_object_key', ['event_id', 'object_type', 'object_id']) }}
