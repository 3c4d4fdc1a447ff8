with

shipment_lines as (
    select * from {{ ref('int_shipment_line_movements') }}
),

keyed as (
    select
        shipment_lines.*,
        {{ line_dimension_keys('keys') }}
    from shipment_lines
    left join {{ ref('int_line_keys') }} as keys on shipment_lines.line_key = keys.line_key
)

select * from keyed
