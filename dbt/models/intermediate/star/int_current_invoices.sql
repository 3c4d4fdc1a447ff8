{{ config(materialized='view') }}

{{ current_rows('stg_invoices', 'invoice_key', [
    'invoice_id', 'order_id', 'po_id', 'customer_id', 'supplier_id', 'currency', 'net_amount', 'tax_amount'
], ['invoiced'], side=true) }}
