{{ config(materialized='view') }}

with

sources_with_rates as (
    select distinct source_system from {{ ref('int_cost_rates') }}
),

sizes as (
    select order_key, count(*) as lines
    from {{ ref('int_line_facts') }}
    group by order_key
),

orders as (
    select
        orders.*,
        case
            when sizes.lines is null then '0'
            when sizes.lines = 1 then '1'
            when sizes.lines <= 3 then '2-3'
            when sizes.lines <= 7 then '4-7'
            else '8+'
        end as size_band
    from {{ ref('int_order_facts') }} as orders
    inner join sources_with_rates on orders.source_system = sources_with_rates.source_system
    left join sizes on orders.order_key = sizes.order_key
    where orders.received_at is not null
),

counted as (
    select
        order_key,
        cast(null as string) as reason,
        received_at as counts_from,
        cast(null as string) as currency,
        0 as numerator,
        1 as denominator
    from orders
    union all
    select order_key, component as reason, counts_from, currency, amount as numerator, 0 as denominator
    from {{ ref('int_order_costs') }}
    union all
    select
        order_key,
        'exception' as reason,
        excepted_at as counts_from,
        cast(null as string) as currency,
        0 as numerator,
        0 as denominator
    from {{ ref('int_order_milestones') }}
    where excepted_at is not null
),

parts as (
    select
        {{ figure_columns(part_columns(), {
            'kpi': "'exception_cost_multiple'",
            'unit_key': 'orders.order_key',
            'unit_id': 'orders.order_id',
            'counts_from': 'counted.counts_from',
            'booked_date': 'orders.received_date',
            'numerator': 'counted.numerator',
            'denominator': 'counted.denominator',
            'stratum': "concat(coalesce(orders.channel, ''), '|', orders.order_type, '|', orders.size_band)",
            'reason': 'counted.reason',
            'currency': 'counted.currency',
        }, 'orders', order_dimensions()) }}
    from counted
    inner join orders on counted.order_key = orders.order_key
)

select * from parts
