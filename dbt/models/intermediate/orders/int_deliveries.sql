{{ config(materialized='view') }}

with

deliveries as (
    select * from {{ ref('stg_deliveries') }}
    where known_to = {{ end_of_time() }}
),

resolved as (
    select source_system, row_key, line_key, order_id, line_no, schedule_no
    from {{ ref('int_delivery_versions') }}
    where known_to = {{ end_of_time() }}
),

keyed as (
    select
        {{ surrogate_key(['deliveries.source_system', 'deliveries.row_key']) }} as delivery_key,
        coalesce(resolved.line_key, 'unknown') as line_key,
        deliveries.source_system,
        deliveries.delivery_id,
        deliveries.shipment_line_id,
        coalesce(deliveries.order_id, resolved.order_id) as order_id,
        coalesce(deliveries.line_no, resolved.line_no) as line_no,
        coalesce(deliveries.schedule_no, resolved.schedule_no) as schedule_no,
        deliveries.delivered_at,
        deliveries.delivered_date,
        deliveries.accepted_quantity,
        deliveries.rejected_quantity,
        deliveries.damaged_quantity,
        deliveries.short_quantity,
        deliveries.is_documents_ok,
        deliveries.source_file,
        deliveries.source_line
    from deliveries
    left join resolved
        on
            deliveries.source_system = resolved.source_system
            and deliveries.row_key = resolved.row_key
)

select * from keyed
