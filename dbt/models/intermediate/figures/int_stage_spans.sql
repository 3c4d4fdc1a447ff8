{{ config(materialized='view') }}

with

orders as (
    select * from {{ ref('int_order_facts') }}
),

passages as (
    select
        order_key,
        step,
        exited_at,
        coalesce(entered_at, exited_at) as told_from,
        min(entered_at) over (partition by order_key, step) as started_at,
        lead(coalesce(entered_at, exited_at)) over (partition by order_key, step order by passage_no) as told_until
    from {{ ref('int_step_passages') }}
    where
        step in ('capture', 'validate', 'allocate', 'pick', 'pack', 'ship')
        and coalesce(entered_at, exited_at) is not null
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

-- A stage entered again has ended until then, and not from then on.
stages as (
    select
        order_key,
        step,
        case when told_from > started_at then told_from end as counts_from,
        told_until as counts_until,
        started_at,
        exited_at as ended_at
    from passages
    where told_from >= started_at and (told_until is null or told_until > told_from)
    union all
    select
        order_key,
        'transit' as step,
        null as counts_from,
        case when closed_at > accepted_at then closed_at end as counts_until,
        shipped_at as started_at,
        case when closed_at = accepted_at then accepted_at end as ended_at
    from acceptances
    union all
    select
        order_key,
        'transit' as step,
        closed_at as counts_from,
        null as counts_until,
        shipped_at as started_at,
        accepted_at as ended_at
    from acceptances
    where closed_at > accepted_at
    union all
    select
        acceptances.order_key,
        'invoice' as step,
        null as counts_from,
        null as counts_until,
        acceptances.shipped_at as started_at,
        invoices.invoiced_at as ended_at
    from acceptances
    left join invoices on acceptances.order_key = invoices.order_key and invoices.counts_until is null
    union all
    select order_key, 'pay' as step, counts_from, counts_until, invoiced_at as started_at, paid_at as ended_at
    from invoices
),

spans as (
    select
        {{ figure_columns(duration_columns(), {
            'kpi': "'stage_cycle_time'",
            'unit_key': surrogate_key(['orders.order_key', 'stages.step']),
            'unit_id': "concat(orders.order_id, '/', stages.step)",
            'counts_from': 'stages.counts_from',
            'counts_until': 'stages.counts_until',
            'started_at': 'stages.started_at',
            'ended_at': 'stages.ended_at',
            'cancelled_at': 'coalesce(acceptances.cancelled_at, orders.cancelled_at)',
            'waited_hours': '0',
            'booked_date': local_date('stages.started_at', 'orders.company_zone'),
            'ended_date': local_date('stages.ended_at', 'orders.company_zone'),
            'step': 'stages.step',
        }, 'orders', order_dimensions()) }}
    from stages
    inner join orders on stages.order_key = orders.order_key
    left join acceptances on stages.order_key = acceptances.order_key
    left join told_stages on orders.source_system = told_stages.source_system and stages.step = told_stages.step
    where
        stages.started_at is not null
        and (stages.step not in ('transit', 'invoice', 'pay') or told_stages.step is not null)
)

select * from spans
