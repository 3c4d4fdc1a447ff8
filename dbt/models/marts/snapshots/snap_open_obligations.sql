with

zones as (
    select distinct source_system, place_zone from {{ ref('fct_otif_conformance') }}
),

day_ends as (
    select
        days.source_system,
        zones.place_zone,
        days.day,
        days.is_month_end,
        {{ local_day_end('days.day', 'zones.place_zone') }} as ends_at
    from {{ ref('int_snapshot_days') }} as days
    inner join zones on days.source_system = zones.source_system
),

default_definitions as (
    select side, definition_id
    from {{ ref('dim_kpi_definitions') }}
    where is_default
),

-- Without deliveries (on the buy side, receipts) nothing could tell what was still open.
told_sides as (
    select source_system, 'sales' as side
    from {{ ref('int_source_context') }}
    where has_deliveries
    union all
    select source_system, 'purchase' as side
    from {{ ref('int_source_context') }}
    where has_receipts
),

obligations as (
    select
        *,
        coalesce(
            {{ event_instant('cancelled_at', 'cancelled_date', 'destination_zone') }}, {{ end_of_time() }}
        ) as cancelled_from
    from (
        select * from {{ ref('fct_order_obligations') }}
        union all
        select * from {{ ref('fct_purchase_obligations') }}
    ) as both_sides
    where not is_deleted
),

open_spans as (
    select
        conformance.source_system,
        conformance.obligation_key,
        conformance.place_zone,
        conformance.valid_from,
        conformance.valid_to,
        conformance.due_date,
        conformance.due_status,
        conformance.promised_quantity,
        conformance.arrived_quantity
    from {{ ref('fct_otif_conformance') }} as conformance
    inner join default_definitions
        on
            conformance.side = default_definitions.side
            and conformance.definition_id = default_definitions.definition_id
    inner join told_sides
        on
            conformance.source_system = told_sides.source_system
            and conformance.side = told_sides.side
    inner join {{ ref('fct_figure_coverage') }} as coverage
        on
            conformance.source_system = coverage.source_system
            and conformance.side = coverage.side
            and conformance.definition_id = coverage.definition_id
    where
        conformance.known_to = {{ end_of_time() }}
        and conformance.due_status <> 'cancelled'
        and case
            when coverage.is_on_time_told and not coverage.is_in_full_told then conformance.last_arrival_date is null
            else conformance.promised_quantity is null or conformance.arrived_quantity < conformance.promised_quantity
        end
),

standing as (
    select
        spans.obligation_key,
        spans.due_date,
        spans.due_status,
        spans.promised_quantity,
        spans.arrived_quantity,
        days.day,
        days.is_month_end,
        days.ends_at
    from open_spans as spans
    inner join day_ends as days
        on
            spans.source_system = days.source_system
            and spans.place_zone = days.place_zone
            and spans.valid_from <= days.ends_at
            and spans.valid_to > days.ends_at
),

snapshots as (
    select
        obligations.obligation_key,
        standing.day as snapshot_date,
        standing.is_month_end,
        obligations.source_system,
        obligations.side,
        obligations.line_key,
        obligations.order_key,
        obligations.customer_key,
        obligations.product_key,
        obligations.supplier_key,
        obligations.site_key,
        obligations.address_key,
        obligations.currency,
        standing.due_date,
        case
            when standing.due_status = 'due' then {{ days_between('standing.due_date', 'standing.day') }}
        end as days_overdue,
        cast(standing.promised_quantity - standing.arrived_quantity as decimal(18, 6)) as open_quantity
    from standing
    inner join obligations
        on
            standing.obligation_key = obligations.obligation_key
            and standing.ends_at < obligations.cancelled_from
)

select * from snapshots
