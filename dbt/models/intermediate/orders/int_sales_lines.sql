{%- set destination_zone = "coalesce(places.zone, context.default_zone, 'Etc/UTC')" -%}
with

line_versions as (
    select
        lines.*,
        roots.obligation_order_id,
        roots.obligation_line_no,
        roots.origin_order_id,
        roots.order_key,
        roots.line_key,
        roots.is_continuation
    from {{ ref('stg_order_lines') }} as lines
    inner join {{ ref('int_line_roots') }} as roots
        on
            lines.source_system = roots.source_system
            and lines.order_id = roots.order_id
            and lines.line_no = roots.line_no
),

lines as (
    {{ as_known('line_versions') }}
),

orders as (
    select * from {{ ref('stg_orders') }}
),

places as (
    select source_system, address_id, zone from {{ ref('stg_addresses') }}
    where known_to = {{ end_of_time() }}
),

sites as (
    select source_system, site_id, zone from {{ ref('stg_sites') }}
    where known_to = {{ end_of_time() }}
),

described as (
    select
        lines.epoch,
        lines.order_key,
        lines.line_key,
        lines.source_system,
        lines.order_id,
        lines.line_no,
        lines.obligation_order_id,
        lines.obligation_line_no,
        lines.origin_order_id,
        lines.is_continuation,
        lines.product_id,
        lines.uom,
        lines.quantity,
        lines.unit_price,
        {{ net_unit_price('lines.unit_price', 'lines.discount', 'lines.per_quantity') }} as net_unit_price,
        lines.site_id,
        lines.supplier_id,
        lines.fulfilment_mode,
        orders.order_type,
        orders.customer_id,
        orders.channel,
        orders.ship_to_address_id,
        orders.currency,
        orders.received_at,
        orders.received_date,
        orders.entered_at,
        {{ destination_zone }} as destination_zone,
        coalesce(sites.zone, context.only_site_zone, context.default_zone, 'Etc/UTC') as dock_zone,
        places.zone is null and context.default_zone is null as is_destination_zone_assumed,
        coalesce(sites.zone, context.only_site_zone, context.default_zone) is null as is_dock_zone_assumed,
        {% for column in ['cancelled_at', 'cancelled_date', 'cancelled_by'] -%}
        {{ first_cancellation(column, 'lines', 'orders', destination_zone) }} as {{ column }},
        {% endfor -%}
        lines.source_file,
        lines.source_line,
        lines.row_key,
        orders.row_key as order_row_key
    from lines
    inner join {{ ref('int_source_context') }} as context on lines.source_system = context.source_system
    left join orders
        on
            lines.source_system = orders.source_system
            and lines.order_id = orders.order_id
            and lines.epoch >= orders.known_from
            and lines.epoch < orders.known_to
    left join places
        on
            orders.source_system = places.source_system
            and orders.ship_to_address_id = places.address_id
    left join sites
        on
            lines.source_system = sites.source_system
            and lines.site_id = sites.site_id
)

select * from described
