with

returns as (
    select source_system, return_id, received_at, received_date, reason
    from {{ ref('stg_returns') }}
    where known_to = {{ end_of_time() }}
),

lines as (
    select
        lines.*,
        coalesce(context.default_zone, context.only_site_zone, 'Etc/UTC') as company_zone
    from {{ ref('stg_return_lines') }} as lines
    inner join {{ ref('int_source_context') }} as context on lines.source_system = context.source_system
    where lines.known_to = {{ end_of_time() }} and lines.quantity is not null
),

received as (
    select
        lines.source_system,
        lines.return_line_id,
        lines.shipment_line_id,
        lines.order_id,
        lines.line_no,
        lines.product_id,
        coalesce(
            {{ event_instant('lines.received_at', 'lines.received_date', 'lines.company_zone') }},
            {{ event_instant('returns.received_at', 'returns.received_date', 'lines.company_zone') }}
        ) as received_at,
        coalesce(
            {{ event_day('lines.received_at', 'lines.received_date', 'lines.company_zone') }},
            {{ event_day('returns.received_at', 'returns.received_date', 'lines.company_zone') }}
        ) as received_date,
        lines.quantity,
        coalesce(lines.reason, returns.reason) as reason,
        lines.disposition,
        lines.source_file,
        lines.source_line
    from lines
    left join returns
        on lines.source_system = returns.source_system and lines.return_id = returns.return_id
),

traced as (
    select
        received.source_system,
        received.return_line_id,
        shipped.shipment_line_key,
        coalesce(
            shipped.line_key,
            {{ line_key('sales', 'received.order_id', 'received.line_no', 'received.source_system') }}
        ) as line_key,
        received.product_id,
        received.received_at,
        received.received_date,
        received.quantity,
        received.reason,
        received.disposition,
        received.source_file,
        received.source_line,
        shipped.quantity as shipped_quantity,
        coalesce(
            sum(received.quantity) over (
                partition by shipped.shipment_line_key
                order by received.received_at, received.return_line_id
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as returned_before
    from received
    left join {{ ref('int_shipped_lines') }} as shipped
        on
            received.source_system = shipped.source_system
            and received.shipment_line_id = shipped.shipment_line_id
    where received.received_at is not null
),

returned as (
    select
        source_system,
        return_line_id,
        shipment_line_key,
        line_key,
        product_id,
        received_at,
        received_date,
        quantity,
        case
            when shipment_line_key is not null
                then greatest(least(quantity, shipped_quantity - returned_before), 0)
        end as counted_quantity,
        reason,
        disposition,
        source_file,
        source_line
    from traced
)

select * from returned
