{{ config(materialized='view') }}

{{ current_rows('stg_communications', 'message_key', [
    'message_id', 'thread_id', 'direction', 'channel', 'order_id', 'po_id', 'customer_id', 'supplier_id'
], ['sent']) }}
