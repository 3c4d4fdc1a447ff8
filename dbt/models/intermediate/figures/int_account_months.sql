with

by_month as (
    select
        {{ surrogate_key(['source_system', 'side', 'party_id', 'currency']) }} as account_key,
        source_system,
        side,
        party_id,
        currency,
        extract(year from entry_date) * 12 + extract(month from entry_date) as month_no,
        sum(case when entry_kind = 'invoice' then amount else 0 end) as invoiced_amount,
        -sum(case when entry_kind = 'credit_note' then amount else 0 end) as credited_amount,
        -sum(case when entry_kind = 'payment' then amount else 0 end) as paid_amount,
        count(case when entry_kind <> 'payment' and amount <> 0 then 1 end) as flows
    from {{ ref('int_ledger_entries') }}
    group by
        source_system, side, party_id, currency, extract(year from entry_date), extract(month from entry_date)
),

first_flows as (
    select source_system, side, min(month_no) as month_no
    from by_month
    where flows > 0
    group by source_system, side
),

accounts as (
    select account_key, source_system, side, party_id, currency, min(month_no) as first_month_no
    from by_month
    group by account_key, source_system, side, party_id, currency
),

months as (
    select
        accounts.*,
        months.month_no,
        months.last_day,
        months.ended_at,
        months.is_by_as_of,
        months.month_no - first_flows.month_no + 1 as months_told,
        coalesce(by_month.invoiced_amount, 0) as invoiced_amount,
        coalesce(by_month.credited_amount, 0) as credited_amount,
        coalesce(by_month.paid_amount, 0) as paid_amount
    from accounts
    inner join {{ ref('int_months') }} as months
        on accounts.source_system = months.source_system and accounts.first_month_no <= months.month_no
    left join first_flows
        on accounts.source_system = first_flows.source_system and accounts.side = first_flows.side
    left join by_month on accounts.account_key = by_month.account_key and months.month_no = by_month.month_no
),

added as (
    select
        *,
        sum(invoiced_amount - credited_amount - paid_amount) over (
            partition by account_key order by month_no rows between unbounded preceding and current row
        ) as balance,
        sum(invoiced_amount - credited_amount) over (
            partition by account_key order by month_no rows between 11 preceding and current row
        ) as flow_of_months
    from months
)

select
    account_key,
    source_system,
    side,
    party_id,
    currency,
    month_no,
    last_day,
    ended_at,
    is_by_as_of,
    months_told,
    cast(invoiced_amount as decimal(28, 6)) as invoiced_amount,
    cast(credited_amount as decimal(28, 6)) as credited_amount,
    cast(paid_amount as decimal(28, 6)) as paid_amount,
    cast(balance as decimal(28, 6)) as balance_amount,
    cast(flow_of_months as decimal(28, 6)) as flow_amount
from added
