with

orders as (
    select source_system, order_id, order_key, company_zone from {{ ref('int_order_facts') }}
),

invoices as (
    select
        invoices.source_system,
        invoices.invoice_id,
        orders.order_key,
        orders.company_zone,
        invoices.invoiced_at,
        invoices.amount
    from {{ ref('int_invoices') }} as invoices
    inner join orders on invoices.source_system = orders.source_system and invoices.order_id = orders.order_id
    where invoices.side = 'sales'
),

payments as (
    select source_system, payment_id, paid_at, paid_date from {{ ref('stg_payments') }}
    where known_to = {{ end_of_time() }} and coalesce(side, 'sales') = 'sales'
),

settlements as (
    select
        applications.source_system,
        applications.invoice_id,
        coalesce(applications.applied_at, payments.paid_at) as settled_at,
        coalesce(applications.applied_date, payments.paid_date) as settled_date,
        applications.applied_amount as amount
    from {{ ref('stg_payment_applications') }} as applications
    left join payments
        on
            applications.source_system = payments.source_system
            and applications.payment_id = payments.payment_id
    where applications.known_to = {{ end_of_time() }} and coalesce(applications.side, 'sales') = 'sales'
    union all
    select
        source_system,
        invoice_id,
        issued_at as settled_at,
        issued_date as settled_date,
        coalesce(net_amount, 0) + coalesce(tax_amount, 0) as amount
    from {{ ref('stg_credit_notes') }}
    where known_to = {{ end_of_time() }} and coalesce(side, 'sales') = 'sales' and invoice_id is not null
),

-- What was settled nobody told when had been settled before whatever it is added to.
settled as (
    select
        invoices.order_key,
        coalesce(
            {{ event_instant('settlements.settled_at', 'settlements.settled_date', 'invoices.company_zone') }},
            {{ beginning_of_time() }}
        ) as settled_at,
        settlements.amount
    from invoices
    inner join settlements
        on invoices.source_system = settlements.source_system and invoices.invoice_id = settlements.invoice_id
),

settled_so_far as (
    select
        order_key,
        settled_at,
        sum(sum(amount)) over (partition by order_key order by settled_at) as settled_amount
    from settled
    group by order_key, settled_at
),

invoiced as (
    select
        source_system,
        order_key,
        coalesce(invoiced_at, {{ beginning_of_time() }}) as counts_from,
        sum(coalesce(amount, 0)) as amount,
        count(*) - count(amount) as untold_amounts
    from invoices
    group by source_system, order_key, coalesce(invoiced_at, {{ beginning_of_time() }})
),

invoiced_so_far as (
    select
        source_system,
        order_key,
        counts_from,
        min(nullif(counts_from, {{ beginning_of_time() }})) over (partition by order_key) as invoiced_at,
        lead(counts_from) over (partition by order_key order by counts_from) as counts_until,
        sum(amount) over (partition by order_key order by counts_from) as invoiced_amount,
        sum(untold_amounts) over (partition by order_key order by counts_from) as untold_amounts
    from invoiced
),

paid as (
    select
        invoiced_so_far.order_key,
        invoiced_so_far.counts_from,
        nullif(min(settled_so_far.settled_at), {{ beginning_of_time() }}) as paid_at
    from invoiced_so_far
    inner join settled_so_far on invoiced_so_far.order_key = settled_so_far.order_key
    where
        invoiced_so_far.untold_amounts = 0
        and settled_so_far.settled_amount >= invoiced_so_far.invoiced_amount
    group by invoiced_so_far.order_key, invoiced_so_far.counts_from
),

described as (
    select
        invoiced_so_far.source_system,
        invoiced_so_far.order_key,
        case when invoiced_so_far.counts_from > invoiced_so_far.invoiced_at then invoiced_so_far.counts_from end
            as counts_from,
        invoiced_so_far.counts_until,
        invoiced_so_far.invoiced_at,
        paid.paid_at
    from invoiced_so_far
    left join paid
        on
            invoiced_so_far.order_key = paid.order_key
            and invoiced_so_far.counts_from = paid.counts_from
    where invoiced_so_far.counts_until is null or invoiced_so_far.counts_until > invoiced_so_far.invoiced_at
)

select * from described
