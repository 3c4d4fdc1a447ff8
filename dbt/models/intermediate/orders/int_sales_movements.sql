{{ config(materialized='view') }}

with

delivery_versions as (
    select * from {{ ref('int_delivery_versions') }}
),

deliveries as (
    {{ as_known('delivery_versions') }}
),

shipment_line_versions as (
    select * from {{ ref('int_shipment_line_versions') }}
),

shipment_lines as (
    {{ as_known('shipment_line_versions') }}
),

delivered as (
    select
        epoch,
        order_key,
        line_key,
        'delivered' as place,
        case when not is_continuation then schedule_no end as schedule_no,
        delivered_at as moved_at,
        delivered_date as moved_date,
        accepted_quantity as quantity,
        accepted_quantity as told_quantity,
        rejected_quantity,
        damaged_quantity,
        short_quantity,
        is_documents_ok,
        delivery_id as reference,
        row_key,
        shipment_line_row_key as other_row_key
    from deliveries
),

shipped as (
    select
        shipment_lines.epoch,
        shipment_lines.order_key,
        shipment_lines.line_key,
        'shipped' as place,
        case when not shipment_lines.is_continuation then shipment_lines.schedule_no end as schedule_no,
        shipments.shipped_at as moved_at,
        shipments.shipped_date as moved_date,
        shipment_lines.quantity,
        shipment_lines.quantity as told_quantity,
        cast(null as decimal(18, 6)) as rejected_quantity,
        cast(null as decimal(18, 6)) as damaged_quantity,
        cast(null as decimal(18, 6)) as short_quantity,
        cast(null as boolean) as is_documents_ok,
        shipment_lines.shipment_id as reference,
        shipment_lines.row_key,
        shipments.row_key as other_row_key
    from shipment_lines
    left join {{ ref('stg_shipments') }} as shipments
        on
            shipment_lines.source_system = shipments.source_system
            and shipment_lines.shipment_id = shipments.shipment_id
            and shipment_lines.epoch >= shipments.known_from
            and shipment_lines.epoch < shipments.known_to
)

select * from delivered
union all
select * from shipped
