{{ config(materialized='view') }}

with

exceptions as (
    select * from {{ ref('int_exceptions') }}
),

orders as (
    select * from {{ ref('int_order_facts') }}
),

counted as (
    select
        exceptions.*,
        'exceptions' as kpi,
        exceptions.first_fired_at as counts_from,
        1 as numerator
    from exceptions
    union all
    select
        exceptions.*,
        'exception_minutes' as kpi,
        minutes.worked_at as counts_from,
        minutes.work_minutes as numerator
    from exceptions
    inner join {{ ref('int_exception_minutes') }} as minutes on exceptions.exception_key = minutes.exception_key
),

parts as (
    select
        {{ figure_columns(part_columns(), {
            'source_system': 'counted.source_system',
            'kpi': 'counted.kpi',
            'unit_key': 'counted.exception_key',
            'unit_id': 'counted.exception_id',
            'order_key': 'counted.order_key',
            'counts_from': 'counted.counts_from',
            'booked_date': local_date('counted.first_fired_at', 'counted.company_zone'),
            'numerator': 'counted.numerator',
            'denominator': '0',
            'step': 'counted.stage',
            'reason': 'counted.exception_type',
            'source_file': 'counted.source_file',
            'source_line': 'counted.source_line',
        }, 'orders', order_dimensions()) }}
    from counted
    left join orders on counted.order_key = orders.order_key
)

select * from parts
