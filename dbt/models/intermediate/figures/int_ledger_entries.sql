{{ config(materialized='view') }}

{#- What was billed, credited and paid, with its sign: what is left of a party's entries is what it still owes. -#}
with

orders as (
    select source_system, 'sales' as side, order_id, customer_id as party_id from {{ ref('int_order_facts') }}
    union all
    select source_system, 'purchase' as side, po_id as order_id, supplier_id as party_id
    from {{ ref('stg_purchase_orders') }}
    where known_to = {{ end_of_time() }}
),

invoices as (
    select
        invoices.source_system,
        invoices.side,
        invoices.invoice_id,
        'invoice' as entry_kind,
        coalesce(
            case when invoices.side = 'sales' then invoices.customer_id else invoices.supplier_id end, orders.party_id
        ) as party_id,
        invoices.currency,
        invoices.invoiced_date as entry_date,
        invoices.amount
    from {{ ref('int_invoices') }} as invoices
    left join orders
        on
            invoices.source_system = orders.source_system
            and invoices.side = orders.side
            and case when invoices.side = 'sales' then invoices.order_id else invoices.po_id end = orders.order_id
),

-- A note that does not say whose it is, or in which currency, is of its invoice.
credit_notes as (
    select
        notes.source_system,
        notes.side,
        'credit_note' as entry_kind,
        coalesce(
            case when notes.side = 'sales' then notes.customer_id else notes.supplier_id end, invoices.party_id
        ) as party_id,
        coalesce(notes.currency, invoices.currency) as currency,
        notes.issued_date as entry_date,
        -(coalesce(notes.net_amount, 0) + coalesce(notes.tax_amount, 0)) as amount
    from {{ ref('int_current_credit_notes') }} as notes
    left join invoices
        on
            notes.source_system = invoices.source_system
            and notes.side = invoices.side
            and notes.invoice_id = invoices.invoice_id
    where coalesce(notes.net_amount, notes.tax_amount) is not null
),

entries as (
    select source_system, side, entry_kind, party_id, currency, entry_date, amount from invoices
    union all
    select source_system, side, entry_kind, party_id, currency, entry_date, amount from credit_notes
    union all
    select
        source_system,
        side,
        'payment' as entry_kind,
        case when side = 'sales' then customer_id else supplier_id end as party_id,
        currency,
        paid_date as entry_date,
        -amount as amount
    from {{ ref('int_current_payments') }}
)

select
    source_system,
    side,
    entry_kind,
    party_id,
    currency,
    entry_date,
    cast(amount as decimal(28, 6)) as amount
from entries
where entry_date is not null and amount is not null
