{{ config(materialized='view') }}

with

companies as (
    select source_system from {{ ref('int_source_context') }}
    where has_deliveries
),

orders as (
    select orders.*
    from {{ ref('int_order_facts') }} as orders
    inner join companies on orders.source_system = companies.source_system
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
