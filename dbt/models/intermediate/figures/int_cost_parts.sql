{{ config(materialized='view') }}

with

orders as (
    select * from {{ ref('int_order_facts') }}
    where received_at is not null
),

costs as (
    select * from {{ ref('int_order_costs') }}
),

rated as (
    select distinct source_system from {{ ref('int_cost_rates') }}
),

only_currencies as (
    select rates.source_system, min(rates.currency) as currency
    from {{ ref('int_cost_rates') }} as rates
    group by rates.source_system
    having count(distinct coalesce(rates.currency, '')) = 1
),

-- An order stands below the line of each currency that it has costs in, so that no currency is told as another's.
currencies as (
    select
        costs.order_key,
        costs.currency,
        min(costs.counts_from) as counts_from,
        min(min(costs.counts_from)) over (partition by costs.order_key) as first_counts_from
    from costs
    inner join orders on costs.order_key = orders.order_key
    left join only_currencies on orders.source_system = only_currencies.source_system
    where only_currencies.source_system is null
    group by costs.order_key, costs.currency
),

first_costs as (
    select distinct order_key, first_counts_from from currencies
),

-- Of several currencies nobody knows before the first cost which one it will be, nor that there will be another.
placed as (
    select
        orders.order_key,
        orders.received_at as counts_from,
        only_currencies.currency,
        1 as placed
    from orders
    inner join rated on orders.source_system = rated.source_system
    left join only_currencies on orders.source_system = only_currencies.source_system
    left join first_costs on orders.order_key = first_costs.order_key
    where first_costs.order_key is null or first_costs.first_counts_from > orders.received_at
    union all
    select
        orders.order_key,
        first_costs.first_counts_from as counts_from,
        cast(null as string) as currency,
        -1 as placed
    from orders
    inner join first_costs on orders.order_key = first_costs.order_key
    where first_costs.first_counts_from > orders.received_at
    union all
    select
        orders.order_key,
        greatest(orders.received_at, currencies.counts_from) as counts_from,
        currencies.currency,
        1 as placed
    from orders
    inner join currencies on orders.order_key = currencies.order_key
),

counted as (
    select order_key, cast(null as string) as component, counts_from, currency, 0 as amount, placed from placed
    union all
    select order_key, component, counts_from, currency, amount, 0 as placed from costs
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
            'unit_key': surrogate_key([
                'costs.source_system', 'costs.component', 'costs.channel', 'costs.site_id', 'costs.month'
            ]),
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
