{{ config(materialized='view') }}

with

orders as (
    select * from {{ ref('int_order_facts') }}
),

acceptances as (
    select * from {{ ref('int_order_acceptances') }}
),

spans as (
    select
        {{ figure_columns(duration_columns(), {
            'kpi': "'order_cycle_time'",
            'unit_key': 'orders.order_key',
            'unit_id': 'orders.order_id',
            'started_at': 'orders.received_at',
            'ended_at': 'acceptances.accepted_at',
            'cancelled_at': 'acceptances.cancelled_at',
            'waited_hours': 'acceptances.waited_hours',
            'booked_date': 'orders.received_date',
            'ended_date': 'acceptances.accepted_date',
        }, 'orders', order_dimensions()) }}
    from acceptances
    inner join orders on acceptances.order_key = orders.order_key
    where orders.received_at is not null
)

select * from spans
