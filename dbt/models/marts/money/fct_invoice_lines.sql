{{ config(materialized='view') }}

with

lines as (
    select
        lines.invoice_line_key,
        lines.source_system,
        lines.side,
        lines.invoice_id,
        lines.invoice_line_id,
        case
            when lines.side = 'sales' then coalesce(lines.order_id, invoices.order_id)
            else coalesce(lines.po_id, invoices.po_id)
        end as order_id,
        lines.line_no,
        invoices.customer_id,
        invoices.supplier_id,
        lines.product_id,
        lines.uom,
        lines.quantity,
        lines.unit_price,
        lines.per_quantity,
        lines.net_amount,
        lines.tax_amount,
        coalesce(lines.currency, invoices.currency) as currency,
        coalesce(lines.invoiced_at, invoices.invoiced_at) as invoiced_at,
        coalesce(lines.invoiced_date, invoices.invoiced_date) as invoiced_date,
        lines.source_file,
        lines.source_line
    from {{ ref('int_current_invoice_lines') }} as lines
    left join {{ ref('int_current_invoices') }} as invoices
        on
            lines.source_system = invoices.source_system
            and lines.side = invoices.side
            and lines.invoice_id = invoices.invoice_id
),

keyed as (
    select
        lines.invoice_line_key,
        lines.source_system,
        lines.side,
        lines.invoice_id,
        lines.invoice_line_id,
        lines.order_id,
        lines.line_no,
        {{ order_line_keys('lines', 'lines.side', {
            'customer': 'dim_customers.customer_key',
            'supplier': "dim_suppliers.supplier_key, case when lines.side = 'sales' then 'not_applicable' end",
            'product': 'dim_products.product_key',
        }) }},
        lines.uom,
        lines.quantity,
        lines.unit_price,
        lines.per_quantity,
        lines.net_amount,
        lines.tax_amount,
        lines.currency,
        lines.invoiced_at,
        lines.invoiced_date,
        lines.source_file,
        lines.source_line
    from lines
    {{ order_line_joins('lines', 'lines.side') }}
    {{ version_join('customer', 'lines', 'lines.invoiced_at') }}
    {{ version_join('supplier', 'lines', 'lines.invoiced_at') }}
    {{ version_join('product', 'lines', 'lines.invoiced_at') }}
)

select * from keyed
