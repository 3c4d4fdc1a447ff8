{{ config(materialized='view') }}

{{ current_rows('stg_returns', 'return_key', [
    'return_id', 'order_id', 'customer_id', 'site_id', 'reason'
], ['requested', 'received']) }}
