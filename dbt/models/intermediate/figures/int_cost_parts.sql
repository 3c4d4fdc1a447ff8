{{ config(materialized='view') }}

with

orders as (
    select * from {{ ref('int_order_facts') }}
    where received_at is not null
),

currencies as (
    select source_system, case when min(currency) = max(currency) then min(currency) end as currency
    from {{ ref('int_cost_rates') }}
    group by source_system
),

placed as (
    select
        orders.source_system,
        orders.order_key,
        cast(null as string) as component,
        orders.received_at as counts_from,
        currencies.currency,
        0 as amount,
        1 as placed
    from orders
    inner join currencies on orders.source_system = currencies.source_system
),

spread as (
    select source_system, order_key, component, counts_from, currency, sum(amount) as amount
    from {{ ref('int_spread_costs') }}
    where order_key is not null
    group by source_system, order_key, component, counts_from, currency
),

counted as (
    select order_key, component, counts_from, currency, amount, placed from placed
    union all
    select order_key, component, counts_from, currency, amount, 0 as placed from {{ ref('int_worked_costs') }}
    union all
    select order_key, component, counts_from, currency, amount, 0 as placed from spread
),

of_orders as (
    select
        {{ figure_columns(part_columns(), {
            'kpi': "'cost_per_order'",
            'unit_key': 'orders.order_key',
            'unit_id': 'orders.order_id',
            'counts_from': 'counted.counts_from',
            'booked_date': 'orders.received_date',
            'numerator': 'counted.amount',
            'denominator': 'counted.placed',
            'reason': 'counted.component',
            'currency': 'counted.currency',
        }, 'orders', order_dimensions()) }}
    from counted
    inner join orders on counted.order_key = orders.order_key
),

-- A month without orders costs all the same.
of_empty_months as (
    select
        {{ figure_columns(part_columns(), {
            'kpi': "'cost_per_order'",
            'unit_key': surrogate_key(['costs.source_system', 'costs.component', 'costs.channel', 'costs.month']),
            'unit_id': 'costs.component',
            'counts_from': 'costs.counts_from',
            'booked_date': 'costs.month',
            'numerator': 'costs.amount',
            'denominator': '0',
            'reason': 'costs.component',
        }, 'costs', ['source_system', 'channel', 'currency']) }}
    from {{ ref('int_spread_costs') }} as costs
    where costs.order_key is null
)

select * from of_orders
union all
select * from of_empty_months
