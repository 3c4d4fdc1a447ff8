{{ config(materialized='view') }}

with

shipped as (
    select * from {{ ref('fct_shipment_lines') }}
),

linked as (
    select
        shipped.shipment_line_key,
        coalesce(keys.line_key, 'unknown') as line_key,
        shipped.line_key as obligation_line_key,
        shipped.shipment_key,
        shipped.source_system,
        {{ line_dimension_keys('keys') }},
        shipped.order_id,
        shipped.line_no,
        shipped.schedule_no,
        shipped.shipped_quantity
    from shipped
    left join {{ ref('int_line_keys') }} as keys
        on
            shipped.source_system = keys.source_system
            and shipped.order_id = keys.order_id
            and shipped.line_no = keys.line_no
            and keys.side = 'sales'
)

select * from linked
