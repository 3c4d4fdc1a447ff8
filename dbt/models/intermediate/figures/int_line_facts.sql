{%- set ended -%} {{ event_instant('lines.cancelled_at', 'lines.cancelled_date', 'orders.company_zone') }} {%- endset -%}
with

lines as (
    select * from {{ ref('stg_order_lines') }}
    where known_to = {{ end_of_time() }}
),

described as (
    select
        orders.source_system,
        orders.order_key,
        {{ line_key('sales', 'lines.order_id', 'lines.line_no', 'lines.source_system') }} as line_key,
        roots.line_key as obligation_line_key,
        roots.is_continuation,
        concat(lines.order_id, '/', lines.line_no) as unit_id,
        lines.order_id,
        lines.line_no,
        orders.order_type,
        orders.customer_id,
        orders.customer_region,
        orders.region,
        orders.channel,
        orders.document_format,
        orders.currency,
        orders.company_zone,
        orders.received_at,
        orders.received_date,
        orders.entered_at,
        lines.product_id,
        products.family as product_family,
        lines.supplier_id,
        lines.site_id,
        sites.calendar_id,
        coalesce(sites.zone, orders.company_zone) as site_zone,
        lines.fulfilment_mode,
        lines.uom,
        lines.quantity,
        products.uom as product_uom,
        {{ in_unit('base', 'lines.quantity', 'lines.uom', 'products.uom') }} as converted_quantity,
        {{ net_unit_price('lines.unit_price', 'lines.discount', 'lines.per_quantity') }} as net_unit_price,
        coalesce(
            least(orders.cancelled_at, {{ ended }}),
            orders.cancelled_at,
            {{ ended }}
        ) as cancelled_at,
        lines.row_key,
        lines.source_file,
        lines.source_line
    from lines
    inner join {{ ref('int_order_facts') }} as orders
        on lines.source_system = orders.source_system and lines.order_id = orders.order_id
    inner join {{ ref('int_line_roots') }} as roots
        on
            lines.source_system = roots.source_system
            and lines.order_id = roots.order_id
            and lines.line_no = roots.line_no
    left join {{ ref('dim_products') }} as products
        on
            lines.source_system = products.source_system
            and lines.product_id = products.product_id
            and coalesce(orders.received_at, {{ last_instant() }}) >= products.valid_from
            and coalesce(orders.received_at, {{ last_instant() }}) < products.valid_to
    left join {{ ref('dim_sites') }} as sites
        on
            lines.source_system = sites.source_system
            and lines.site_id = sites.site_id
            and coalesce(orders.received_at, {{ last_instant() }}) >= sites.valid_from
            and coalesce(orders.received_at, {{ last_instant() }}) < sites.valid_to
    {{ join_factors('base', 'lines', 'lines.uom', 'products.uom') }}
)

select
    *,
    coalesce(converted_quantity, quantity) as base_quantity,
    case when converted_quantity is null then uom else coalesce(product_uom, uom) end as base_uom
from described
