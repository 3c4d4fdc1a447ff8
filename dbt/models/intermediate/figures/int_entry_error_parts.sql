{{ config(materialized='view') }}

with

orders as (
    select * from {{ ref('int_order_facts') }}
    where entered_at is not null
),

milestones as (
    select * from {{ ref('int_order_milestones') }}
    where has_captured_fields
),

-- An order counts as entered right until the first field of it is corrected.
counted as (
    select
        orders.order_key,
        orders.entered_at as counts_from,
        case when milestones.corrected_at <= orders.entered_at then 1 else 0 end as numerator,
        1 as denominator
    from orders
    inner join milestones on orders.order_key = milestones.order_key
    union all
    select
        orders.order_key,
        milestones.corrected_at as counts_from,
        1 as numerator,
        0 as denominator
    from orders
    inner join milestones on orders.order_key = milestones.order_key
    where milestones.corrected_at > orders.entered_at
),

parts as (
    select
        {{ figure_columns(part_columns(), {
            'kpi': "'entry_error_rate'",
            'unit_key': 'orders.order_key',
            'unit_id': 'orders.order_id',
            'counts_from': 'counted.counts_from',
            'booked_date': local_date('orders.entered_at', 'orders.company_zone'),
            'numerator': 'counted.numerator',
            'denominator': 'counted.denominator',
        }, 'orders', order_dimensions()) }}
    from counted
    inner join orders on counted.order_key = orders.order_key
)

select * from parts
