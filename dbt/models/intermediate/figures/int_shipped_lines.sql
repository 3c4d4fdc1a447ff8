with

return_orders as (
    select source_system, order_id from {{ ref('stg_orders') }}
    where known_to = {{ end_of_time() }} and order_type = 'return'
),

lines as (
    select lines.*
    from {{ ref('stg_shipment_lines') }} as lines
    left join return_orders
        on lines.source_system = return_orders.source_system and lines.order_id = return_orders.order_id
    where lines.known_to = {{ end_of_time() }} and return_orders.order_id is null
),

shipments as (
    select * from {{ ref('stg_shipments') }}
    where known_to = {{ end_of_time() }}
),

placed as (
    select
        lines.source_system,
        lines.shipment_line_id,
        {{ line_key('sales', 'lines.order_id', 'lines.line_no', 'lines.source_system') }} as line_key,
        coalesce(shipments.origin_site_id, facts.site_id) as origin_site_id,
        coalesce(
            sites.zone, facts.site_zone, context.default_zone, context.only_site_zone, 'Etc/UTC'
        ) as dock_zone,
        shipments.shipped_at,
        shipments.shipped_date,
        lines.quantity,
        {{ in_unit('base', 'lines.quantity', 'facts.uom', 'facts.base_uom') }} as base_quantity,
        facts.base_uom,
        lines.source_file,
        lines.source_line
    from lines
    inner join shipments
        on lines.source_system = shipments.source_system and lines.shipment_id = shipments.shipment_id
    inner join {{ ref('int_source_context') }} as context on lines.source_system = context.source_system
    left join {{ ref('int_line_facts') }} as facts
        on
            lines.source_system = facts.source_system
            and lines.order_id = facts.order_id
            and lines.line_no = facts.line_no
    left join {{ ref('dim_sites') }} as sites
        on
            shipments.source_system = sites.source_system
            and shipments.origin_site_id = sites.site_id
            and coalesce(shipments.shipped_at, cast(shipments.shipped_date as timestamp)) >= sites.valid_from
            and coalesce(shipments.shipped_at, cast(shipments.shipped_date as timestamp)) < sites.valid_to
    {{ join_factors('base', 'facts', 'facts.uom', 'facts.base_uom') }}
),

shipped as (
    select
        source_system,
        {{ surrogate_key(['source_system', 'shipment_line_id']) }} as shipment_line_key,
        shipment_line_id,
        line_key,
        origin_site_id,
        {{ event_instant('shipped_at', 'shipped_date', 'dock_zone') }} as shipped_at,
        {{ event_day('shipped_at', 'shipped_date', 'dock_zone') }} as shipped_date,
        quantity,
        base_quantity,
        base_uom,
        source_file,
        source_line
    from placed
    where coalesce(shipped_at, cast(shipped_date as timestamp)) is not null and quantity is not null
)

select * from shipped
