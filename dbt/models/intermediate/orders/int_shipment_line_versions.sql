with

shipment_lines as (
    select * from {{ ref('stg_shipment_lines') }}
),

roots as (
    select * from {{ ref('int_line_roots') }}
),

matched as (
    select
        shipment_lines.*,
        roots.order_key,
        roots.line_key,
        roots.is_continuation
    from shipment_lines
    inner join roots
        on
            shipment_lines.source_system = roots.source_system
            and shipment_lines.order_id = roots.order_id
            and shipment_lines.line_no = roots.line_no
)

select * from matched
