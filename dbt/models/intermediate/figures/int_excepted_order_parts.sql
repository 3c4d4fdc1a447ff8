{{ config(materialized='view') }}

with

orders as (
    select * from {{ ref('int_order_facts') }}
),

validated as (
    select order_key, validated_at, excepted_at from {{ ref('int_order_milestones') }}
    where validated_at is not null
),

-- What fired before an order was validated counts with its validation.
fired as (
    select
        exceptions.order_key,
        greatest(validated.validated_at, exceptions.first_fired_at) as counts_from
    from {{ ref('int_exceptions') }} as exceptions
    inner join validated on exceptions.order_key = validated.order_key
),

counted as (
    select order_key, 'exception_rate' as kpi, validated_at as counts_from, 0 as numerator, 1 as denominator
    from validated
    union all
    select
        order_key,
        'exception_rate' as kpi,
        greatest(validated_at, excepted_at) as counts_from,
        1 as numerator,
        0 as denominator
    from validated
    where excepted_at is not null
    union all
    select order_key, 'exceptions_per_order' as kpi, validated_at as counts_from, 0 as numerator, 1 as denominator
    from validated
    union all
    select order_key, 'exceptions_per_order' as kpi, counts_from, 1 as numerator, 0 as denominator
    from fired
),

summed as (
    select order_key, kpi, counts_from, sum(numerator) as numerator, sum(denominator) as denominator
    from counted
    group by order_key, kpi, counts_from
),

parts as (
    select
        {{ figure_columns(part_columns(), {
            'kpi': 'summed.kpi',
            'unit_key': 'orders.order_key',
            'unit_id': 'orders.order_id',
            'counts_from': 'summed.counts_from',
            'booked_date': local_date('validated.validated_at', 'orders.company_zone'),
            'numerator': 'summed.numerator',
            'denominator': 'summed.denominator',
        }, 'orders', order_dimensions()) }}
    from summed
    inner join validated on summed.order_key = validated.order_key
    inner join orders on summed.order_key = orders.order_key
)

select * from parts
