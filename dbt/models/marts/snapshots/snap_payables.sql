with

balances as (
    select
        source_system,
        party_id as supplier_id,
        currency,
        month_end,
        invoiced_amount,
        credited_amount,
        paid_amount,
        balance_amount,
        cast(month_end as timestamp) as judged_at
    from {{ ref('int_month_balances') }}
    where side = 'purchase'
),

keyed as (
    select
        {{ surrogate_key([
            'balances.source_system', 'balances.supplier_id', 'balances.currency', 'balances.month_end'
        ]) }} as balance_key,
        balances.source_system,
        coalesce(dim_suppliers.supplier_key, 'unknown') as supplier_key,
        balances.supplier_id,
        balances.currency,
        balances.month_end as snapshot_date,
        balances.invoiced_amount,
        balances.credited_amount,
        balances.paid_amount,
        balances.balance_amount
    from balances
    {{ version_join('supplier', 'balances', 'balances.judged_at') }}
)

select * from keyed
