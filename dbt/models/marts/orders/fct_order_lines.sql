{{ config(materialized='view') }}

with

lines as (
    select * from {{ ref('int_line_facts') }}
),

booked as (
    select
        lines.line_key,
        lines.order_key,
        lines.obligation_line_key,
        lines.source_system,
        lines.order_id,
        lines.line_no,
        keys.customer_key,
        keys.product_key,
        keys.supplier_key,
        keys.site_key,
        lines.order_type,
        lines.channel,
        lines.document_format,
        lines.fulfilment_mode,
        lines.is_continuation,
        lines.received_at,
        lines.received_date,
        lines.entered_at,
        lines.cancelled_at,
        lines.uom,
        lines.quantity,
        lines.net_unit_price,
        cast(lines.quantity * lines.net_unit_price as decimal(38, 6)) as net_amount,
        lines.currency,
        lines.source_file,
        lines.source_line
    from lines
    inner join {{ ref('int_line_keys') }} as keys on lines.line_key = keys.line_key and keys.side = 'sales'
)

select * from booked
