{{ config(materialized='view') }}

with

orders as (
    select * from {{ ref('int_order_facts') }}
),

edited as (
    select
        order_key,
        coalesce(least(reworked_by_human_at, corrected_by_human_at), reworked_by_human_at, corrected_by_human_at)
            as edited_at
    from {{ ref('int_order_milestones') }}
),

-- An order counts as straight through until the first edit takes it back.
counted as (
    select
        orders.order_key,
        orders.entered_at as counts_from,
        case when edited.edited_at <= orders.entered_at then 0 else 1 end as numerator,
        1 as denominator
    from orders
    inner join edited on orders.order_key = edited.order_key
    union all
    select
        orders.order_key,
        edited.edited_at as counts_from,
        -1 as numerator,
        0 as denominator
    from orders
    inner join edited on orders.order_key = edited.order_key
    where edited.edited_at > orders.entered_at
),

parts as (
    select
        {{ figure_columns(part_columns(), {
            'kpi': "'straight_through_rate'",
            'unit_key': 'orders.order_key',
            'unit_id': 'orders.order_id',
            'counts_from': 'counted.counts_from',
            'booked_date': local_date('orders.entered_at', 'orders.company_zone'),
            'numerator': 'counted.numerator',
            'denominator': 'counted.denominator',
        }, 'orders', order_dimensions()) }}
    from counted
    inner join orders on counted.order_key = orders.order_key
    where orders.entered_at is not null
)

select * from parts
