{#- What a party owes at a month's end is the balance that days outstanding are worked out from, where both are told. -#}
{% test owes_what_its_figure_says(model, figure, party) %}

with

snapshot as (
    select
        source_system,
        snapshot_date,
        {{ surrogate_key([party, 'currency']) }} as account,
        balance_amount
    from {{ model }}
),

figures as (
    select
        source_system,
        booked_date,
        {{ surrogate_key([party, 'currency']) }} as account,
        balance
    from {{ ref('fct_balances') }}
    where kpi = '{{ figure }}'
),

month_ends as (
    select distinct figures.source_system, figures.booked_date
    from figures
    inner join snapshot
        on figures.source_system = snapshot.source_system and figures.booked_date = snapshot.snapshot_date
),

told as (
    select snapshot.*, 0 as balance
    from snapshot
    inner join month_ends
        on snapshot.source_system = month_ends.source_system and snapshot.snapshot_date = month_ends.booked_date
    union all
    select figures.source_system, figures.booked_date, figures.account, 0 as balance_amount, figures.balance
    from figures
    inner join month_ends
        on figures.source_system = month_ends.source_system and figures.booked_date = month_ends.booked_date
)

select source_system, snapshot_date, account, sum(balance_amount) as owed, sum(balance) as told
from told
group by source_system, snapshot_date, account
having sum(balance_amount) <> sum(balance)

{% endtest %}
