{{ config(materialized='view') }}

{#- What was billed, credited and paid, with its sign: what is left of a party's entries is what it still owes. -#}
with

line_totals as (
    select
        source_system,
        side,
        invoice_id,
        sum(net_amount) as net_amount,
        sum(tax_amount) as tax_amount,
        min(invoiced_at) as invoiced_at,
        min(invoiced_date) as invoiced_date,
        min(currency) as currency
    from {{ ref('int_current_invoice_lines') }}
    group by source_system, side, invoice_id
),

invoices as (
    select
        invoices.source_system,
        invoices.side,
        invoices.invoice_id,
        invoices.customer_id,
        invoices.supplier_id,
        coalesce(invoices.currency, line_totals.currency) as currency,
        coalesce(invoices.invoiced_date, line_totals.invoiced_date) as entry_date,
        coalesce(
            invoices.net_amount + coalesce(invoices.tax_amount, 0),
            line_totals.net_amount + coalesce(line_totals.tax_amount, 0)
        ) as amount
    from {{ ref('int_current_invoices') }} as invoices
    left join line_totals
        on
            invoices.source_system = line_totals.source_system
            and invoices.side = line_totals.side
            and invoices.invoice_id = line_totals.invoice_id
),

entries as (
    select source_system, side, 'invoice' as entry_kind, customer_id, supplier_id, currency, entry_date, amount
    from invoices
    union all
    select
        credits.source_system,
        credits.side,
        'credit_note' as entry_kind,
        coalesce(credits.customer_id, invoices.customer_id) as customer_id,
        coalesce(credits.supplier_id, invoices.supplier_id) as supplier_id,
        coalesce(credits.currency, invoices.currency) as currency,
        credits.issued_date as entry_date,
        -(credits.net_amount + coalesce(credits.tax_amount, 0)) as amount
    from {{ ref('int_current_credit_notes') }} as credits
    left join invoices
        on
            credits.source_system = invoices.source_system
            and credits.side = invoices.side
            and credits.invoice_id = invoices.invoice_id
    union all
    select
        source_system, side, 'payment' as entry_kind, customer_id, supplier_id, currency, paid_date as entry_date,
        -amount as amount
    from {{ ref('int_current_payments') }}
),

owed as (
    select
        source_system,
        side,
        entry_kind,
        case when side = 'sales' then customer_id else supplier_id end as party_id,
        currency,
        entry_date,
        cast(amount as decimal(28, 6)) as amount
    from entries
    where entry_date is not null and amount is not null
)

select * from owed
