{{ config(materialized='view') }}

with

orders as (
    select * from {{ ref('int_order_facts') }}
),

milestones as (
    select * from {{ ref('int_order_milestones') }}
),

parts as (
    select
        {{ figure_columns(part_columns(), {
            'kpi': "'first_pass_yield'",
            'unit_key': 'orders.order_key',
            'unit_id': 'orders.order_id',
            'counts_from': 'milestones.ended_at',
            'booked_date': local_date('milestones.ended_at', 'orders.company_zone'),
            'numerator': 'case
                when
                    milestones.reworked_at <= milestones.ended_at
                    or milestones.excepted_at <= milestones.ended_at
                    or milestones.corrected_at <= milestones.ended_at
                    then 0
                else 1
            end',
            'denominator': '1',
        }, 'orders', order_dimensions()) }}
    from orders
    inner join milestones on orders.order_key = milestones.order_key
    where
        milestones.ended_at is not null
        and (milestones.cancelled_at is null or milestones.cancelled_at > milestones.ended_at)
)

select * from parts
