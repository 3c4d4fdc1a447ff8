with

shipment_lines as (
    {{ latest_versions(ref('stg_shipment_lines')) }}
),

deliveries as (
    select
        deliveries.source_system,
        deliveries.delivery_id,
        deliveries.shipment_line_id,
        deliveries.delivered_at,
        deliveries.delivered_date,
        deliveries.accepted_quantity,
        deliveries.rejected_quantity,
        deliveries.damaged_quantity,
        deliveries.short_quantity,
        deliveries.is_documents_ok,
        deliveries.row_key,
        deliveries.batch_id,
        deliveries.batch_file_id,
        deliveries.source_file,
        deliveries.source_line,
        deliveries.known_from,
        deliveries.known_to,
        coalesce(deliveries.order_id, shipment_lines.order_id) as order_id,
        case
            when deliveries.order_id is null then shipment_lines.line_no
            else coalesce(deliveries.line_no, shipment_lines.line_no)
        end as line_no,
        coalesce(deliveries.schedule_no, shipment_lines.schedule_no) as schedule_no,
        shipment_lines.row_key as shipment_line_row_key
    from {{ ref('stg_deliveries') }} as deliveries
    left join shipment_lines
        on
            deliveries.source_system = shipment_lines.source_system
            and deliveries.shipment_line_id = shipment_lines.shipment_line_id
            and coalesce(deliveries.order_id, shipment_lines.order_id) = shipment_lines.order_id
            and coalesce(deliveries.line_no, shipment_lines.line_no) = shipment_lines.line_no
),

matched as (
    select
        deliveries.*,
        roots.order_key,
        roots.line_key,
        roots.is_continuation
    from deliveries
    inner join {{ ref('int_line_roots') }} as roots
        on
            deliveries.source_system = roots.source_system
            and deliveries.order_id = roots.order_id
            and deliveries.line_no = roots.line_no
)

select * from matched
