{{ config(materialized='view') }}

{%- set entities = [
    'orders', 'order_lines', 'order_schedule_lines', 'commitment_changes', 'shipments', 'shipment_lines', 'deliveries',
    'purchase_orders', 'purchase_order_lines', 'purchase_schedule_lines', 'supplier_confirmations', 'receipts',
    'addresses', 'sites',
] -%}
with

versions as (
    {% for entity in entities %}
    select
        source_system, '{{ entity }}' as entity, row_key, cast(null as string) as part_of, row_hash,
        batch_id, batch_file_id, source_file, source_line, known_from, known_to
    from {{ ref('stg_' ~ entity) }}
    union all
    {% endfor %}
    select
        source_system, 'quality_inspections' as entity, row_key, receipt_id as part_of, row_hash,
        batch_id, batch_file_id, source_file, source_line, known_from, known_to
    from {{ ref('stg_quality_inspections') }}
)

select * from versions
