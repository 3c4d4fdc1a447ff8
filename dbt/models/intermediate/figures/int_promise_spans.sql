{{ config(materialized='view') }}

with

companies as (
    select source_system from {{ ref('int_source_context') }}
    where has_commitments
),

obligations as (
    select
        obligations.obligation_key,
        obligations.line_key,
        obligations.schedule_no,
        {{ event_instant('obligations.cancelled_at', 'obligations.cancelled_date', 'obligations.destination_zone') }}
            as cancelled_at
    from {{ ref('fct_order_obligations') }} as obligations
    inner join companies on obligations.source_system = companies.source_system
    where not obligations.is_deleted
),

commitments as (
    select obligation_key, counts_from, changed_at, changed_date from {{ ref('fct_obligation_changes') }}
    where
        known_to = {{ end_of_time() }}
        and old_date is null
        and new_date is not null
        and (changed_at is not null or changed_date is not null)
),

first_commitments as (
    select obligation_key, min(counts_from) as committed_at
    from commitments
    group by obligation_key
),

lines as (
    select * from {{ ref('int_line_facts') }}
),

spans as (
    select
        {{ figure_columns(duration_columns(), {
            'kpi': "'promise_cycle_time'",
            'unit_key': 'obligations.obligation_key',
            'unit_id': "concat(lines.unit_id, '/', obligations.schedule_no)",
            'started_at': 'lines.entered_at',
            'ended_at': 'first_commitments.committed_at',
            'cancelled_at': 'obligations.cancelled_at',
            'waited_hours': '0',
            'booked_date': 'lines.received_date',
            'ended_date': local_date('first_commitments.committed_at', 'lines.site_zone'),
            'calendar_id': "concat(coalesce(lines.calendar_id, 'none'), '|', lines.site_zone)",
        }, 'lines', line_dimensions()) }}
    from obligations
    inner join lines on obligations.line_key = lines.line_key
    left join first_commitments on obligations.obligation_key = first_commitments.obligation_key
    where lines.entered_at is not null
)

select * from spans
