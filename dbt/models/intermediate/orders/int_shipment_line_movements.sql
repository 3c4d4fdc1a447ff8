{{ config(materialized='view') }}

with

shipment_lines as (
    select * from {{ ref('stg_shipment_lines') }}
    where known_to = {{ end_of_time() }}
),

keyed as (
    select
        {{ surrogate_key(['shipment_lines.source_system', 'shipment_lines.row_key']) }} as shipment_line_key,
        {{ surrogate_key(['shipment_lines.source_system', 'shipment_lines.shipment_id']) }} as shipment_key,
        coalesce(roots.line_key, 'unknown') as line_key,
        shipment_lines.source_system,
        shipment_lines.shipment_line_id,
        shipment_lines.shipment_id,
        shipment_lines.order_id,
        shipment_lines.line_no,
        shipment_lines.schedule_no,
        shipment_lines.quantity as shipped_quantity,
        shipment_lines.source_file,
        shipment_lines.source_line
    from shipment_lines
    left join {{ ref('int_line_roots') }} as roots
        on
            shipment_lines.source_system = roots.source_system
            and shipment_lines.order_id = roots.order_id
            and shipment_lines.line_no = roots.line_no
)

select * from keyed
