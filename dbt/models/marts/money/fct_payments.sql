{{ config(materialized='view') }}

with

payments as (
    select * from {{ ref('int_current_payments') }}
),

keyed as (
    select
        payments.payment_key,
        payments.source_system,
        payments.side,
        payments.payment_id,
        coalesce(
            dim_customers.customer_key, case when payments.side = 'purchase' then 'not_applicable' else 'unknown' end
        ) as customer_key,
        coalesce(
            dim_suppliers.supplier_key, case when payments.side = 'sales' then 'not_applicable' else 'unknown' end
        ) as supplier_key,
        payments.payment_method,
        payments.currency,
        payments.amount,
        payments.paid_at,
        payments.paid_date,
        payments.source_file,
        payments.source_line
    from payments
    {{ version_join('customer', 'payments', 'payments.paid_at') }}
    {{ version_join('supplier', 'payments', 'payments.paid_at') }}
)

select * from keyed
