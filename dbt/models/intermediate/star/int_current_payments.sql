{{ config(materialized='view') }}

{{ current_rows('stg_payments', 'payment_key', [
    'payment_id', 'customer_id', 'supplier_id', 'payment_method', 'currency', 'amount'
], ['paid'], side=true) }}
