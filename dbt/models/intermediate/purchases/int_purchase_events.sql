{{ config(materialized='view') }}

{%- set line = line_key('purchase', 'po_id', 'line_no') -%}
with

lines as (
    select distinct source_system, order_id, line_key
    from {{ ref('int_latest_obligations') }}
    where side = 'purchase'
),

orders as (
    select orders.*, lines.line_key
    from {{ ref('stg_purchase_orders') }} as orders
    inner join lines
        on orders.source_system = lines.source_system and orders.po_id = lines.order_id
),

receipts as (
    select *, {{ line }} as line_key from {{ ref('stg_receipts') }}
),

released as (
    select
        line_key, cast(null as string) as schedule_no, 'received' as event_kind,
        case when released_date is null then coalesce(released_at, approved_at) end as occurred_at,
        coalesce(released_date, approved_date) as occurred_date,
        'us' as initiator, cast(null as decimal(18, 6)) as quantity, cast(null as date) as old_date,
        cast(null as date) as new_date,
        case
            when released_at is null and released_date is null then 'approved' else 'released to the supplier'
        end as detail,
        po_id as reference,
        'purchase_orders' as source_entity, source_file, source_line, batch_id, known_from, known_to
    from orders
    where (released_at is not null or approved_at is not null or released_date is not null or approved_date is not null)
),

cancelled as (
    select
        line_key, cast(null as string) as schedule_no, 'cancelled' as event_kind, cancelled_at as occurred_at,
        cancelled_date as occurred_date, cancelled_by as initiator, cast(null as decimal(18, 6)) as quantity,
        cast(null as date) as old_date, cast(null as date) as new_date, 'order' as detail, po_id as reference,
        'purchase_orders' as source_entity, source_file, source_line, batch_id, known_from, known_to
    from orders
    where (cancelled_at is not null or cancelled_date is not null)
    union all
    select
        {{ line }} as line_key, cast(null as string) as schedule_no, 'cancelled' as event_kind,
        cancelled_at as occurred_at, cancelled_date as occurred_date, cancelled_by as initiator, quantity,
        cast(null as date) as old_date, cast(null as date) as new_date, 'line' as detail, po_id as reference,
        'purchase_order_lines' as source_entity, source_file, source_line, batch_id, known_from, known_to
    from {{ ref('stg_purchase_order_lines') }}
    where (cancelled_at is not null or cancelled_date is not null)
),

confirmed as (
    select
        {{ line }} as line_key, schedule_no,
        case
            when
                confirmation_version = min(confirmation_version) over (
                    partition by source_system, po_id, line_no, schedule_no
                )
                then 'first_committed'
            else 'changed'
        end as event_kind,
        confirmed_at as occurred_at, confirmed_date as occurred_date, 'supplier' as initiator, quantity,
        cast(null as date) as old_date, confirmed_for_date as new_date,
        concat('confirmation ', cast(confirmation_version as string)) as detail, po_id as reference,
        'supplier_confirmations' as source_entity, source_file, source_line, batch_id, known_from, known_to
    from {{ ref('stg_supplier_confirmations') }}
    union all
    select
        {{ line_key('purchase', 'order_id', 'line_no') }} as line_key, schedule_no,
        case when old_date is null then 'first_committed' else 'changed' end as event_kind,
        changed_at as occurred_at, changed_date as occurred_date, initiator, new_quantity as quantity,
        old_date, new_date, reason as detail, order_id as reference,
        'commitment_changes' as source_entity, source_file, source_line, batch_id, known_from, known_to
    from {{ ref('stg_commitment_changes') }}
    where side = 'purchase'
),

received as (
    select
        line_key, schedule_no, 'goods_received' as event_kind, received_at as occurred_at,
        received_date as occurred_date, 'supplier' as initiator, quantity, cast(null as date) as old_date,
        cast(null as date) as new_date, cast(null as string) as detail, receipt_id as reference,
        'receipts' as source_entity, source_file, source_line, batch_id, known_from, known_to
    from receipts
),

inspected as (
    select
        receipts.line_key, receipts.schedule_no, 'inspected' as event_kind, receipts.received_at as occurred_at,
        receipts.received_date as occurred_date, 'us' as initiator, inspections.accepted_quantity as quantity,
        cast(null as date) as old_date, cast(null as date) as new_date,
        case
            when inspections.rejected_quantity > 0
                then concat_ws(' ', cast(inspections.rejected_quantity as string), 'rejected', inspections.defect_code)
        end as detail,
        inspections.inspection_id as reference,
        'quality_inspections' as source_entity, inspections.source_file, inspections.source_line, inspections.batch_id,
        greatest(receipts.known_from, inspections.known_from) as known_from,
        least(receipts.known_to, inspections.known_to) as known_to
    from {{ ref('stg_quality_inspections') }} as inspections
    inner join receipts
        on
            inspections.source_system = receipts.source_system
            and inspections.receipt_id = receipts.receipt_id
            and inspections.known_from < receipts.known_to
            and inspections.known_to > receipts.known_from
)

select * from released
union all
select * from confirmed
union all
select * from received
union all
select * from inspected
union all
select * from cancelled
