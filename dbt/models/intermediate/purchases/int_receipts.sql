{{ config(materialized='view') }}

with

inspected as (
    select
        source_system,
        receipt_id,
        cast(sum(accepted_quantity) as decimal(18, 6)) as accepted_quantity,
        count(*) = count(accepted_quantity) as is_accepted_told,
        cast(sum(rejected_quantity) as decimal(18, 6)) as rejected_quantity
    from {{ ref('stg_quality_inspections') }}
    where known_to = {{ end_of_time() }}
    group by source_system, receipt_id
),

receipts as (
    select
        {{ surrogate_key(['receipts.source_system', 'receipts.receipt_id']) }} as receipt_key,
        {{ line_key('purchase', 'receipts.po_id', 'receipts.line_no', 'receipts.source_system') }} as line_key,
        receipts.source_system,
        receipts.receipt_id,
        receipts.po_id,
        receipts.line_no,
        receipts.schedule_no,
        receipts.received_at,
        receipts.received_date,
        receipts.quantity as received_quantity,
        {{ accepted_of_receipt('receipts', 'inspected') }} as accepted_quantity,
        coalesce(inspected.rejected_quantity, 0) as rejected_quantity,
        inspected.receipt_id is not null as is_inspected,
        receipts.source_file,
        receipts.source_line
    from {{ ref('stg_receipts') }} as receipts
    left join inspected
        on
            receipts.source_system = inspected.source_system
            and receipts.receipt_id = inspected.receipt_id
    where receipts.known_to = {{ end_of_time() }}
)

select * from receipts
