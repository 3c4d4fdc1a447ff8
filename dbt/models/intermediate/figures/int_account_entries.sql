with

context as (
    select
        source_system,
        coalesce(default_zone, only_site_zone, 'Etc/UTC') as company_zone
    from {{ ref('int_source_context') }}
),

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
        coalesce(
            case when invoices.side = 'sales' then invoices.customer_id else invoices.supplier_id end, orders.party_id
        ) as party_id,
        invoices.currency,
        invoices.invoiced_date as entered_date,
        invoices.amount as owed,
        invoices.amount as flow
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
        coalesce(notes.side, 'sales') as side,
        coalesce(
            case when coalesce(notes.side, 'sales') = 'sales' then notes.customer_id else notes.supplier_id end,
            invoices.party_id
        ) as party_id,
        coalesce(notes.currency, invoices.currency) as currency,
        {{ event_day('notes.issued_at', 'notes.issued_date', 'context.company_zone') }} as entered_date,
        -(coalesce(notes.net_amount, 0) + coalesce(notes.tax_amount, 0)) as owed,
        -(coalesce(notes.net_amount, 0) + coalesce(notes.tax_amount, 0)) as flow
    from {{ ref('stg_credit_notes') }} as notes
    inner join context on notes.source_system = context.source_system
    left join invoices
        on
            notes.source_system = invoices.source_system
            and coalesce(notes.side, 'sales') = invoices.side
            and notes.invoice_id = invoices.invoice_id
    where notes.known_to = {{ end_of_time() }}
),

payments as (
    select
        payments.source_system,
        coalesce(payments.side, 'sales') as side,
        case
            when coalesce(payments.side, 'sales') = 'sales' then payments.customer_id else payments.supplier_id
        end as party_id,
        payments.currency,
        {{ event_day('payments.paid_at', 'payments.paid_date', 'context.company_zone') }} as entered_date,
        -payments.amount as owed,
        cast(0 as decimal(18, 6)) as flow
    from {{ ref('stg_payments') }} as payments
    inner join context on payments.source_system = context.source_system
    where payments.known_to = {{ end_of_time() }}
),

entries as (
    select source_system, side, party_id, currency, entered_date, owed, flow from invoices
    union all
    select * from credit_notes
    union all
    select * from payments
)

select
    {{ surrogate_key(['source_system', 'side', 'party_id', 'currency']) }} as account_key,
    source_system,
    side,
    party_id,
    currency,
    extract(year from entered_date) * 12 + extract(month from entered_date) as month_no,
    sum(owed) as owed,
    sum(flow) as flow,
    count(case when flow <> 0 then 1 end) as flows
from entries
where entered_date is not null and owed is not null
group by source_system, side, party_id, currency, extract(year from entered_date), extract(month from entered_date)
