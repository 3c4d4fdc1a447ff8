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
    select
        *,
        coalesce(closed_at, cancelled_at, {{ end_of_time() }}) as over_at
    from {{ ref('int_order_acceptances') }}
),

waits as (
    select waits.*
    from {{ ref('int_asked_waits') }} as waits
    inner join acceptances on waits.order_key = acceptances.order_key
    where waits.counts_from < acceptances.over_at
),

-- What is told of an order turns with every wait agreed, and where the rest is cancelled after the last acceptance.
turns as (
    select order_key, {{ beginning_of_time() }} as counts_from from acceptances
    union distinct
    select order_key, counts_from from waits
    union distinct
    select order_key, closed_at as counts_from from acceptances
    where closed_at > accepted_at
),

bounded as (
    select
        order_key,
        counts_from,
        lead(counts_from) over (partition by order_key order by counts_from) as counts_until
    from turns
),

told as (
    select
        bounded.order_key,
        bounded.counts_from,
        bounded.counts_until,
        acceptances.cancelled_at,
        case
            when acceptances.closed_at = acceptances.accepted_at or bounded.counts_from >= acceptances.closed_at
                then acceptances.accepted_at
        end as ended_at,
        case
            when acceptances.closed_at = acceptances.accepted_at or bounded.counts_from >= acceptances.closed_at
                then acceptances.accepted_date
        end as ended_date
    from bounded
    inner join acceptances on bounded.order_key = acceptances.order_key
),

waited as (
    select
        told.order_key,
        told.counts_from,
        waits.obligation_key,
        sum(waits.asked_hours) as waited_hours
    from told
    inner join waits
        on
            told.order_key = waits.order_key
            and told.counts_from >= waits.counts_from
            and coalesce(told.ended_at, {{ end_of_time() }}) > waits.counts_from
    group by told.order_key, told.counts_from, waits.obligation_key
),

longest_waits as (
    select order_key, counts_from, max(waited_hours) as waited_hours
    from waited
    group by order_key, counts_from
),

spans as (
    select
        {{ figure_columns(duration_columns(), {
            'kpi': "'order_cycle_time'",
            'unit_key': 'orders.order_key',
            'unit_id': 'orders.order_id',
            'counts_from': 'case when told.counts_from > ' ~ beginning_of_time() ~ ' then told.counts_from end',
            'counts_until': 'told.counts_until',
            'started_at': 'orders.received_at',
            'ended_at': 'told.ended_at',
            'cancelled_at': 'told.cancelled_at',
            'waited_hours': 'coalesce(longest_waits.waited_hours, 0)',
            'booked_date': 'orders.received_date',
            'ended_date': 'told.ended_date',
        }, 'orders', order_dimensions()) }}
    from told
    inner join orders on told.order_key = orders.order_key
    left join longest_waits
        on
            told.order_key = longest_waits.order_key
            and told.counts_from = longest_waits.counts_from
    where orders.received_at is not null
)

select * from spans
