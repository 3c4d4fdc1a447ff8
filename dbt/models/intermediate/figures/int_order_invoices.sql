with

orders as (
    select source_system, order_id, order_key, company_zone from {{ ref('int_order_facts') }}
),

invoices as (
    select source_system, invoice_id, order_id, invoiced_at, amount from {{ ref('int_invoices') }}
    where side = 'sales' and order_id is not null
),

payments as (
    select source_system, payment_id, paid_at, paid_date from {{ ref('stg_payments') }}
    where known_to = {{ end_of_time() }} and coalesce(side, 'sales') = 'sales'
),

applications as (
    select
        applications.source_system,
        applications.invoice_id,
        sum(applications.applied_amount) as settled_amount,
        max(coalesce(applications.applied_at, payments.paid_at)) as applied_at,
        max(coalesce(applications.applied_date, payments.paid_date)) as applied_date
    from {{ ref('stg_payment_applications') }} as applications
    left join payments
        on
            applications.source_system = payments.source_system
            and applications.payment_id = payments.payment_id
    where applications.known_to = {{ end_of_time() }} and coalesce(applications.side, 'sales') = 'sales'
    group by applications.source_system, applications.invoice_id
),

credits as (
    select
        source_system,
        invoice_id,
        sum(coalesce(net_amount, 0) + coalesce(tax_amount, 0)) as credited_amount
    from {{ ref('stg_credit_notes') }}
    where known_to = {{ end_of_time() }} and coalesce(side, 'sales') = 'sales' and invoice_id is not null
    group by source_system, invoice_id
),

settled as (
    select
        orders.source_system,
        orders.order_key,
        invoices.invoiced_at,
        invoices.amount - coalesce(applications.settled_amount, 0) - coalesce(credits.credited_amount, 0)
            as open_amount,
        {{ event_instant('applications.applied_at', 'applications.applied_date', 'orders.company_zone') }} as applied_at
    from invoices
    inner join orders on invoices.source_system = orders.source_system and invoices.order_id = orders.order_id
    left join applications
        on invoices.source_system = applications.source_system and invoices.invoice_id = applications.invoice_id
    left join credits
        on invoices.source_system = credits.source_system and invoices.invoice_id = credits.invoice_id
),

by_order as (
    select
        source_system,
        order_key,
        min(invoiced_at) as invoiced_at,
        case when sum(open_amount) <= 0 and count(*) = count(open_amount) then max(applied_at) end as paid_at
    from settled
    group by source_system, order_key
)

select * from by_order
