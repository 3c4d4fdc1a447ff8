{{ config(materialized='view') }}

with

orders as (
    select * from {{ ref('int_order_facts') }}
),

passed as (
    select
        order_key,
        step,
        min(entered_at) as started_at,
        max(exited_at) as last_exited_at,
        max(case when exited_at is null then entered_at end) as reentered_at
    from {{ ref('int_step_passages') }}
    where step in ('capture', 'validate', 'allocate', 'pick', 'pack', 'ship')
    group by order_key, step
),

acceptances as (
    select * from {{ ref('int_order_acceptances') }}
),

invoices as (
    select * from {{ ref('int_order_invoices') }}
),

-- A stage whose end a company never tells would be open for ever: it is missing instead.
told_stages as (
    select source_system, 'transit' as step from {{ ref('int_source_context') }}
    where has_deliveries
    union all
    select distinct source_system, 'invoice' as step from invoices
    where invoiced_at is not null
    union all
    select distinct source_system, 'pay' as step from {{ ref('stg_payment_applications') }}
    where known_to = {{ end_of_time() }} and coalesce(side, 'sales') = 'sales'
),

stages as (
    select
        order_key,
        step,
        started_at,
        case when reentered_at is null and last_exited_at >= started_at then last_exited_at end as ended_at
    from passed
    union all
    select order_key, 'transit' as step, shipped_at as started_at, accepted_at as ended_at
    from acceptances
    union all
    select
        acceptances.order_key,
        'invoice' as step,
        acceptances.shipped_at as started_at,
        case
            when invoices.invoiced_at is not null then greatest(acceptances.shipped_at, invoices.invoiced_at)
        end as ended_at
    from acceptances
    left join invoices on acceptances.order_key = invoices.order_key
    union all
    select order_key, 'pay' as step, invoiced_at as started_at, paid_at as ended_at
    from invoices
),

spans as (
    select
        {{ figure_columns(duration_columns(), {
            'kpi': "'stage_cycle_time'",
            'unit_key': surrogate_key(['orders.order_key', 'stages.step']),
            'unit_id': "concat(orders.order_id, '/', stages.step)",
            'started_at': 'stages.started_at',
            'ended_at': 'stages.ended_at',
            'cancelled_at': 'orders.cancelled_at',
            'waited_hours': '0',
            'booked_date': local_date('stages.started_at', 'orders.company_zone'),
            'ended_date': local_date('stages.ended_at', 'orders.company_zone'),
            'step': 'stages.step',
        }, 'orders', order_dimensions()) }}
    from stages
    inner join orders on stages.order_key = orders.order_key
    left join told_stages on orders.source_system = told_stages.source_system and stages.step = told_stages.step
    where
        stages.started_at is not null
        and (stages.step not in ('transit', 'invoice', 'pay') or told_stages.step is not null)
)

select * from spans
