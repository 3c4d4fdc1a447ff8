{{ config(materialized='view') }}

with

receipt_versions as (
    select *, {{ order_key('purchase', 'po_id') }} as order_key
    from {{ ref('stg_receipts') }}
),

receipts as (
    {{ as_known('receipt_versions') }}
),

inspected as (
    select
        receipts.epoch,
        receipts.source_system,
        receipts.receipt_id,
        cast(sum(inspections.accepted_quantity) as decimal(18, 6)) as accepted_quantity,
        count(*) = count(inspections.accepted_quantity) as is_accepted_told,
        cast(sum(inspections.rejected_quantity) as decimal(18, 6)) as rejected_quantity
    from receipts
    inner join {{ ref('stg_quality_inspections') }} as inspections
        on
            receipts.source_system = inspections.source_system
            and receipts.receipt_id = inspections.receipt_id
            and receipts.epoch >= inspections.known_from
            and receipts.epoch < inspections.known_to
    group by receipts.epoch, receipts.source_system, receipts.receipt_id
),

received as (
    select
        receipts.epoch,
        receipts.order_key,
        {{ line_key('purchase', 'receipts.po_id', 'receipts.line_no', 'receipts.source_system') }} as line_key,
        'received' as place,
        receipts.schedule_no,
        receipts.received_at as moved_at,
        receipts.received_date as moved_date,
        {{ accepted_of_receipt('receipts', 'inspected') }} as quantity,
        receipts.quantity as told_quantity,
        inspected.rejected_quantity,
        cast(null as decimal(18, 6)) as damaged_quantity,
        cast(null as decimal(18, 6)) as short_quantity,
        cast(null as boolean) as is_documents_ok,
        receipts.receipt_id as reference,
        receipts.row_key,
        cast(null as string) as other_row_key
    from receipts
    left join inspected
        on
            receipts.epoch = inspected.epoch
            and receipts.source_system = inspected.source_system
            and receipts.receipt_id = inspected.receipt_id
)

select * from received
