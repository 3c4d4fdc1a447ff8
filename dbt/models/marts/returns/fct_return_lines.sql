with

shipped as (
    select
        lines.source_system,
        lines.shipment_line_id,
        lines.shipment_line_key,
        lines.order_id,
        lines.line_no,
        shipments.shipped_at,
        shipments.shipped_date
    from {{ ref('fct_shipment_lines') }} as lines
    left join {{ ref('fct_shipments') }} as shipments on lines.shipment_key = shipments.shipment_key
),

credited as (
    select
        source_system,
        return_id,
        min(issued_at) as credited_at
    from {{ ref('int_current_credit_notes') }}
    where return_id is not null and side = 'sales'
    group by source_system, return_id
),

return_lines as (
    select
        lines.return_line_key,
        lines.source_system,
        lines.return_line_id,
        lines.return_id,
        lines.shipment_line_id,
        coalesce(shipped.shipment_line_key, 'unknown') as shipment_line_key,
        coalesce(lines.order_id, shipped.order_id) as order_id,
        case
            when lines.order_id is null then shipped.line_no
            else coalesce(lines.line_no, shipped.line_no)
        end as line_no,
        lines.product_id,
        returns.customer_id,
        returns.site_id,
        lines.uom,
        lines.quantity,
        coalesce(lines.reason, returns.reason, 'unknown') as reason,
        lines.disposition,
        lines.resolution,
        coalesce(
            shipped.shipped_at, {{ local_day_end('shipped.shipped_date', company_zone('context')) }}
        ) as shipped_at,
        returns.requested_at,
        coalesce(lines.received_at, returns.received_at) as received_at,
        lines.disposition_known_from,
        credited.credited_at,
        lines.source_file,
        lines.source_line
    from {{ ref('int_current_return_lines') }} as lines
    inner join {{ ref('int_source_context') }} as context on lines.source_system = context.source_system
    left join {{ ref('int_current_returns') }} as returns
        on lines.source_system = returns.source_system and lines.return_id = returns.return_id
    left join shipped
        on lines.source_system = shipped.source_system and lines.shipment_line_id = shipped.shipment_line_id
    left join credited
        on lines.source_system = credited.source_system and lines.return_id = credited.return_id
),

keyed as (
    select
        return_lines.return_line_key,
        return_lines.source_system,
        return_lines.return_line_id,
        return_lines.return_id,
        return_lines.shipment_line_id,
        return_lines.shipment_line_key,
        return_lines.order_id,
        return_lines.line_no,
        {{ order_line_keys('return_lines', "'sales'", {
            'customer': 'dim_customers.customer_key', 'product': 'dim_products.product_key',
        }) }},
        coalesce(dim_sites.site_key, 'unknown') as return_site_key,
        return_lines.uom,
        return_lines.quantity,
        return_lines.reason,
        case
            when return_lines.received_at is null then 'not_yet' else coalesce(return_lines.disposition, 'not_yet')
        end as disposition,
        coalesce(return_lines.resolution, 'not_yet') as resolution,
        return_lines.shipped_at,
        return_lines.requested_at,
        return_lines.received_at,
        return_lines.disposition_known_from,
        return_lines.credited_at,
        coalesce(return_lines.requested_at < return_lines.shipped_at, false)
        or coalesce(return_lines.received_at < return_lines.shipped_at, false)
        or coalesce(return_lines.received_at < return_lines.requested_at, false)
        or coalesce(return_lines.credited_at < return_lines.received_at, false) as is_out_of_order,
        return_lines.source_file,
        return_lines.source_line
    from return_lines
    {{ order_line_joins('return_lines', "'sales'") }}
    {{ version_join('customer', 'return_lines', 'return_lines.received_at') }}
    {{ version_join('product', 'return_lines', 'return_lines.received_at') }}
    {{ version_join('site', 'return_lines', 'return_lines.received_at') }}
)

select * from keyed
