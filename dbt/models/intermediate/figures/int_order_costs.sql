with

costs as (
    select order_key, component, counts_from, currency, amount from {{ ref('int_worked_costs') }}
    union all
    select order_key, component, counts_from, currency, amount from {{ ref('int_spread_costs') }}
    where order_key is not null
)

select
    order_key,
    component,
    counts_from,
    currency,
    cast(sum(amount) as decimal(28, 6)) as amount
from costs
group by order_key, component, counts_from, currency
