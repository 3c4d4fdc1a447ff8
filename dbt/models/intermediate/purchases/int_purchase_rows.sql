{%- set by_order = [
    'stg_purchase_orders', 'stg_purchase_order_lines', 'stg_purchase_schedule_lines', 'stg_supplier_confirmations',
    'stg_receipts'
] -%}
with

rows_of_orders as (
    {% for model in by_order %}
    select source_system, po_id as order_id, batch_file_id, known_from, known_to
    from {{ ref(model) }}
    union all
    {% endfor %}
    select source_system, order_id, batch_file_id, known_from, known_to
    from {{ ref('stg_commitment_changes') }}
    where side = 'purchase'
    union all
    select
        inspections.source_system,
        receipts.po_id as order_id,
        inspections.batch_file_id,
        inspections.known_from,
        inspections.known_to
    from {{ ref('stg_quality_inspections') }} as inspections
    inner join {{ ref('stg_receipts') }} as receipts
        on
            inspections.source_system = receipts.source_system
            and inspections.receipt_id = receipts.receipt_id
)

select
    {{ order_key('purchase', 'order_id') }} as order_key,
    source_system,
    order_id,
    batch_file_id,
    known_from,
    known_to,
    'purchase' as side
from rows_of_orders
