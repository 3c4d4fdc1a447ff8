{{ config(materialized='view') }}

with

inspections as (
    select
        inspections.*,
        receipts.po_id as order_id,
        receipts.line_no,
        receipts.schedule_no,
        receipts.receipt_key,
        receipts.received_at,
        receipts.received_date
    from {{ ref('int_current_inspections') }} as inspections
    left join {{ ref('fct_receipts') }} as receipts
        on
            inspections.source_system = receipts.source_system
            and inspections.receipt_id = receipts.receipt_id
),

keyed as (
    select
        inspections.inspection_key,
        inspections.source_system,
        inspections.inspection_id,
        inspections.receipt_id,
        coalesce(inspections.receipt_key, 'unknown') as receipt_key,
        inspections.order_id as po_id,
        inspections.line_no,
        inspections.schedule_no,
        {{ order_line_keys('inspections', "'purchase'") }},
        inspections.accepted_quantity,
        inspections.rejected_quantity,
        inspections.defect_code,
        inspections.disposition,
        inspections.received_at,
        inspections.inspected_at,
        inspections.inspected_date,
        coalesce(inspections.inspected_at < inspections.received_at, false) as is_out_of_order,
        inspections.source_file,
        inspections.source_line
    from inspections
    {{ order_line_joins('inspections', "'purchase'") }}
)

select * from keyed
