with

headers as (
    select *, coalesce(side, 'sales') as told_side from {{ ref('stg_invoices') }}
    where known_to = {{ end_of_time() }}
),

lines as (
    select
        source_system,
        side,
        invoice_id,
        min(order_id) as order_id,
        min(po_id) as po_id,
        min(invoiced_at) as invoiced_at,
        min(invoiced_date) as invoiced_date,
        min(currency) as currency,
        cast(sum(net_amount) as decimal(28, 6)) as net_amount,
        cast(sum(tax_amount) as decimal(28, 6)) as tax_amount
    from {{ ref('int_invoice_lines') }}
    group by source_system, side, invoice_id
),

invoices as (
    select
        coalesce(headers.source_system, lines.source_system) as source_system,
        coalesce(headers.told_side, lines.side) as side,
        coalesce(headers.invoice_id, lines.invoice_id) as invoice_id,
        coalesce(headers.order_id, lines.order_id) as order_id,
        coalesce(headers.po_id, lines.po_id) as po_id,
        headers.customer_id,
        headers.supplier_id,
        coalesce(headers.invoiced_at, lines.invoiced_at) as invoiced_at,
        coalesce(headers.invoiced_date, lines.invoiced_date) as invoiced_date,
        coalesce(headers.currency, lines.currency) as currency,
        coalesce(headers.net_amount, lines.net_amount) + coalesce(headers.tax_amount, lines.tax_amount, 0) as amount
    from headers
    full outer join lines
        on
            headers.source_system = lines.source_system
            and headers.told_side = lines.side
            and headers.invoice_id = lines.invoice_id
),

zoned as (
    select
        invoices.*,
        coalesce(context.default_zone, context.only_site_zone, 'Etc/UTC') as company_zone
    from invoices
    inner join {{ ref('int_source_context') }} as context on invoices.source_system = context.source_system
),

described as (
    select
        source_system,
        side,
        invoice_id,
        order_id,
        po_id,
        customer_id,
        supplier_id,
        {{ event_instant('invoiced_at', 'invoiced_date', 'company_zone') }} as invoiced_at,
        {{ event_day('invoiced_at', 'invoiced_date', 'company_zone') }} as invoiced_date,
        currency,
        amount
    from zoned
)

select * from described
