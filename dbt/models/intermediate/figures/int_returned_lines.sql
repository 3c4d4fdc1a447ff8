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
        {{ line_key('sales', 'lines.order_id', 'lines.line_no', 'lines.source_system') }} as told_line_key,
        lines.product_id,
        coalesce(
            {{ event_instant('lines.received_at', 'lines.received_date', 'lines.company_zone') }},
            {{ event_instant('returns.received_at', 'returns.received_date', 'lines.company_zone') }}
        ) as received_at,
        coalesce(
            {{ event_day('lines.received_at', 'lines.received_date', 'lines.company_zone') }},
            {{ event_day('returns.received_at', 'returns.received_date', 'lines.company_zone') }}
        ) as received_date,
        lines.uom,
        lines.quantity,
        coalesce(lines.reason, returns.reason) as reason,
        lines.disposition,
        lines.source_file,
        lines.source_line
    from lines
    left join returns
        on lines.source_system = returns.source_system and lines.return_id = returns.return_id
),

-- Of an order line that left in one shipment line it is known which one came back.
only_shipped as (
    select line_key, min(shipment_line_id) as shipment_line_id
    from {{ ref('int_shipped_lines') }}
    group by line_key
    having count(*) = 1
),

traced as (
    select
        received.*,
        shipped.shipment_line_key,
        shipped.shipped_at,
        shipped.shipped_date,
        shipped.base_quantity as shipped_quantity,
        coalesce(shipped.line_key, received.told_line_key) as line_key
    from received
    left join only_shipped
        on received.shipment_line_id is null and received.told_line_key = only_shipped.line_key
    left join {{ ref('int_shipped_lines') }} as shipped
        on
            received.source_system = shipped.source_system
            and coalesce(received.shipment_line_id, only_shipped.shipment_line_id) = shipped.shipment_line_id
    where received.received_at is not null
),

measured as (
    select
        traced.*,
        facts.base_uom,
        {{ in_unit('base', 'traced.quantity', 'coalesce(traced.uom, facts.uom)', 'facts.base_uom') }} as base_quantity
    from traced
    left join {{ ref('int_line_facts') }} as facts on traced.line_key = facts.line_key
    {{ join_factors('base', 'facts', 'coalesce(traced.uom, facts.uom)', 'facts.base_uom') }}
),

added as (
    select
        *,
        coalesce(
            sum(base_quantity) over (
                partition by shipment_line_key order by received_at, return_line_id
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as returned_before
    from measured
)

select
    source_system,
    return_line_id,
    shipment_line_key,
    line_key,
    product_id,
    received_at,
    received_date,
    shipped_at,
    shipped_date,
    coalesce(base_quantity, quantity) as quantity,
    case when base_quantity is null then uom else coalesce(base_uom, uom) end as uom,
    case
        when shipment_line_key is not null and base_quantity is not null
            then greatest(least(base_quantity, shipped_quantity - returned_before), 0)
    end as counted_quantity,
    reason,
    disposition,
    source_file,
    source_line
from added
