{{ config(materialized='view') }}

with

months as (
    select
        *,
        case when months_told < 12 then months_told else 12 end as flow_months,
        case when side = 'sales' then party_id end as customer_id,
        case when side = 'purchase' then party_id end as supplier_id
    from {{ ref('int_account_months') }}
    where months_told >= 3 and (balance_amount <> 0 or flow_amount <> 0)
),

balances as (
    select
        months.*,
        {{ days_between('since.first_day', 'months.last_day') }} + 1 as flow_days
    from months
    inner join {{ ref('int_months') }} as since
        on
            months.source_system = since.source_system
            and months.month_no - months.flow_months + 1 = since.month_no
)

select {{ figure_columns(balance_columns(), {
    'kpi': "case when balances.side = 'sales' then 'dso' else 'dpo' end",
    'unit_key': 'balances.account_key',
    'unit_id': "concat_ws('/', coalesce(balances.party_id, 'unknown'), balances.currency)",
    'booked_date': 'balances.last_day',
    'counts_from': month_counts_from('balances'),
    'balance': 'balances.balance_amount',
    'flow': 'balances.flow_amount',
    'customer_region': 'customers.region'
}, 'balances', [
    'source_system', 'flow_days', 'flow_months', 'currency', 'customer_id', 'supplier_id'
]) }}
from balances
left join {{ ref('dim_customers') }} as customers
    on
        balances.source_system = customers.source_system
        and balances.customer_id = customers.customer_id
        and balances.ended_at >= customers.valid_from
        and balances.ended_at < customers.valid_to
