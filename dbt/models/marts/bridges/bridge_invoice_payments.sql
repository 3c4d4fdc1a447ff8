{{ config(materialized='view') }}

with

applications as (
    select * from {{ ref('int_current_payment_applications') }}
),

linked as (
    select
        applications.application_key,
        applications.source_system,
        applications.side,
        applications.invoice_id,
        applications.payment_id,
        coalesce(invoices.invoice_key, 'unknown') as invoice_key,
        coalesce(payments.payment_key, 'unknown') as payment_key,
        coalesce(
            payments.customer_key, case when applications.side = 'purchase' then 'not_applicable' else 'unknown' end
        ) as customer_key,
        coalesce(
            payments.supplier_key, case when applications.side = 'sales' then 'not_applicable' else 'unknown' end
        ) as supplier_key,
        coalesce(applications.currency, payments.currency) as currency,
        applications.applied_amount,
        coalesce(applications.applied_at, payments.paid_at) as applied_at,
        coalesce(applications.applied_date, payments.paid_date) as applied_date,
        applications.source_file,
        applications.source_line
    from applications
    left join {{ ref('int_current_invoices') }} as invoices
        on
            applications.source_system = invoices.source_system
            and applications.side = invoices.side
            and applications.invoice_id = invoices.invoice_id
    left join {{ ref('fct_payments') }} as payments
        on
            applications.source_system = payments.source_system
            and applications.side = payments.side
            and applications.payment_id = payments.payment_id
)

select * from linked
