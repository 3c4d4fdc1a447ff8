select * from {{ ref('int_shipment_line_movements') }}
