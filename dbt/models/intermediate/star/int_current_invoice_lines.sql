{{ config(materialized='view') }}

{{ current_rows('stg_invoice_lines', 'invoice_line_key', [
    'invoice_id', 'invoice_line_id', 'order_id', 'po_id', 'line_no', 'product_id', 'uom', 'quantity', 'unit_price',
    'per_quantity', 'net_amount', 'tax_amount', 'currency'
], ['invoiced'], side=true) }}
