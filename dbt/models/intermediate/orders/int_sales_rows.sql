{%- set by_line = ['stg_order_lines', 'stg_order_schedule_lines'] -%}
with

roots as (
    select * from {{ ref('int_line_roots') }}
),

order_roots as (
    select distinct source_system, order_id, order_key from roots
),

shipment_lines as (
    select * from {{ ref('int_shipment_line_versions') }}
),

rows_of_orders as (
    select
        order_roots.order_key,
        orders.source_system,
        orders.order_id,
        orders.batch_file_id,
        orders.known_from,
        orders.known_to
    from {{ ref('stg_orders') }} as orders
    inner join order_roots
        on orders.source_system = order_roots.source_system and orders.order_id = order_roots.order_id
    {% for model in by_line %}
    union all
    select roots.order_key, lines.source_system, lines.order_id, lines.batch_file_id, lines.known_from, lines.known_to
    from {{ ref(model) }} as lines
    inner join roots
        on
            lines.source_system = roots.source_system
            and lines.order_id = roots.order_id
            and lines.line_no = roots.line_no
    {% endfor %}
    union all
    select
        roots.order_key,
        changes.source_system,
        changes.order_id,
        changes.batch_file_id,
        changes.known_from,
        changes.known_to
    from {{ ref('stg_commitment_changes') }} as changes
    inner join roots
        on
            changes.source_system = roots.source_system
            and changes.order_id = roots.order_id
            and changes.line_no = roots.line_no
    where changes.side = 'sales'
    union all
    select order_key, source_system, order_id, batch_file_id, known_from, known_to
    from {{ ref('int_delivery_versions') }}
    union all
    select order_key, source_system, order_id, batch_file_id, known_from, known_to
    from shipment_lines
    union all
    select
        shipment_lines.order_key,
        shipments.source_system,
        shipment_lines.order_id,
        shipments.batch_file_id,
        shipments.known_from,
        shipments.known_to
    from {{ ref('stg_shipments') }} as shipments
    inner join shipment_lines
        on
            shipments.source_system = shipment_lines.source_system
            and shipments.shipment_id = shipment_lines.shipment_id
)

select *, 'sales' as side from rows_of_orders
