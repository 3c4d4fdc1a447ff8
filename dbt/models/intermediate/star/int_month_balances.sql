with

by_month as (
    select
        source_system,
        side,
        party_id,
        currency,
        {{ month_end('entry_date') }} as month_end,
        sum(case when entry_kind = 'invoice' then amount else 0 end) as invoiced_amount,
        -sum(case when entry_kind = 'credit_note' then amount else 0 end) as credited_amount,
        -sum(case when entry_kind = 'payment' then amount else 0 end) as paid_amount
    from {{ ref('int_ledger_entries') }}
    group by source_system, side, party_id, currency, {{ month_end('entry_date') }}
),

parties as (
    select source_system, side, party_id, currency, min(month_end) as first_month
    from by_month
    group by source_system, side, party_id, currency
),

party_months as (
    select
        parties.source_system,
        parties.side,
        parties.party_id,
        parties.currency,
        days.day as month_end
    from parties
    inner join {{ ref('int_snapshot_days') }} as days
        on
            parties.source_system = days.source_system
            and parties.first_month <= days.day
            and days.is_month_end
),

moved as (
    select
        party_months.*,
        coalesce(by_month.invoiced_amount, 0) as invoiced_amount,
        coalesce(by_month.credited_amount, 0) as credited_amount,
        coalesce(by_month.paid_amount, 0) as paid_amount
    from party_months
    left join by_month
        on
            party_months.source_system = by_month.source_system
            and party_months.side = by_month.side
            and coalesce(party_months.party_id, '') = coalesce(by_month.party_id, '')
            and coalesce(party_months.currency, '') = coalesce(by_month.currency, '')
            and party_months.month_end = by_month.month_end
),

balances as (
    select
        source_system,
        side,
        party_id,
        currency,
        month_end,
        cast(invoiced_amount as decimal(28, 6)) as invoiced_amount,
        cast(credited_amount as decimal(28, 6)) as credited_amount,
        cast(paid_amount as decimal(28, 6)) as paid_amount,
        cast(
            sum(invoiced_amount - credited_amount - paid_amount) over (
                partition by source_system, side, party_id, currency order by month_end
            ) as decimal(28, 6)
        ) as balance_amount
    from moved
)

select * from balances
