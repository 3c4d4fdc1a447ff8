{{ config(materialized='view') }}

select
    {{ surrogate_key(['source_system', 'shipment_id']) }} as shipment_key,
    source_system,
    shipment_id,
    carrier_id,
    transport_mode,
    origin_site_id,
    shipped_at,
    shipped_date,
    estimated_at,
    freight_amount,
    source_file,
    source_line
from {{ ref('stg_shipments') }}
where known_to = {{ end_of_time() }}
