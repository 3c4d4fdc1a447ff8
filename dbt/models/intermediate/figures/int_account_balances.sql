{{ config(materialized='view') }}

with

entries as (
    select * from {{ ref('int_account_entries') }}
),

first_flows as (
    select source_system, side, min(month_no) as month_no
    from entries
    where flows > 0
    group by source_system, side
),

accounts as (
    select account_key, source_system, side, party_id, currency, min(month_no) as first_month_no
    from entries
    group by account_key, source_system, side, party_id, currency
),

months as (
    select
        accounts.*,
        months.month_no,
        months.last_day,
        months.ended_at,
        months.month_no - first_flows.month_no + 1 as months_told,
        coalesce(entries.owed, 0) as owed,
        coalesce(entries.flow, 0) as flow
    from accounts
    inner join first_flows
        on accounts.source_system = first_flows.source_system and accounts.side = first_flows.side
    inner join {{ ref('int_months') }} as months
        on accounts.source_system = months.source_system and accounts.first_month_no <= months.month_no
    left join entries on accounts.account_key = entries.account_key and months.month_no = entries.month_no
),

added as (
    select
        *,
        case when months_told < 12 then months_told else 12 end as flow_months,
        sum(owed) over (
            partition by account_key order by month_no rows between unbounded preceding and current row
        ) as balance,
        sum(flow) over (
            partition by account_key order by month_no rows between 11 preceding and current row
        ) as flow_of_months
    from months
),

balances as (
    select
        added.*,
        {{ days_between('since.first_day', 'added.last_day') }} + 1 as flow_days,
        case when added.side = 'sales' then added.party_id end as customer_id,
        case when added.side = 'purchase' then added.party_id end as supplier_id
    from added
    inner join {{ ref('int_months') }} as since
        on
            added.source_system = since.source_system
            and added.month_no - added.flow_months + 1 = since.month_no
    where added.months_told >= 3 and (added.balance <> 0 or added.flow_of_months <> 0)
)

select {{ figure_columns(balance_columns(), {
    'kpi': "case when balances.side = 'sales' then 'dso' else 'dpo' end",
    'unit_key': 'balances.account_key',
    'unit_id': "concat_ws('/', coalesce(balances.party_id, 'unknown'), balances.currency)",
    'booked_date': 'balances.last_day',
    'counts_from': month_counts_from('balances'),
    'flow': 'balances.flow_of_months',
    'customer_region': 'customers.region'
}, 'balances', [
    'source_system', 'balance', 'flow_days', 'flow_months', 'currency', 'customer_id', 'supplier_id'
]) }}
from balances
left join {{ ref('dim_customers') }} as customers
    on
        balances.source_system = customers.source_system
        and balances.customer_id = customers.customer_id
        and balances.ended_at >= customers.valid_from
        and balances.ended_at < customers.valid_to
