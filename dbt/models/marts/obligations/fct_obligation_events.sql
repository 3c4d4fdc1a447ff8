-- depends_on: {{ ref('int_affected_orders') }}
{{ config(
    materialized=fact_materialization(), incremental_strategy='append', pre_hook="{{ forget_affected_orders() }}"
) }}

with

obligations as (
    select * from {{ ref('int_latest_obligations') }}
),

line_events as (
    select * from {{ ref('int_sales_events') }}
    union all
    select * from {{ ref('int_purchase_events') }}
),

events as (
    select
        obligations.obligation_key,
        obligations.order_key,
        obligations.source_system,
        line_events.event_kind,
        line_events.occurred_at,
        {{ event_day(
            'line_events.occurred_at',
            'line_events.occurred_date',
            "case when line_events.event_kind in ('delivered', 'received') then obligations.destination_zone else obligations.dock_zone end"
        ) }} as occurred_date,
        line_events.initiator,
        line_events.quantity,
        line_events.old_date,
        line_events.new_date,
        line_events.detail,
        line_events.reference,
        line_events.source_entity,
        line_events.source_file,
        line_events.source_line,
        line_events.batch_id,
        line_events.known_from,
        line_events.known_to
    from line_events
    inner join obligations
        on
            line_events.line_key = obligations.line_key
            and (line_events.schedule_no is null or line_events.schedule_no = obligations.schedule_no)
)

select * from events
