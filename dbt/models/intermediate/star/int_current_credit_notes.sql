{{ config(materialized='view') }}

{{ current_rows('stg_credit_notes', 'credit_note_key', [
    'credit_note_id', 'invoice_id', 'return_id', 'customer_id', 'supplier_id', 'currency', 'net_amount', 'tax_amount',
    'reason'
], ['issued'], side=true) }}
