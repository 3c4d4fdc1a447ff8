{{ config(materialized='view') }}

{{ current_rows('stg_payment_applications', 'application_key', [
    'payment_id', 'invoice_id', 'currency', 'applied_amount'
], ['applied'], side=true) }}
