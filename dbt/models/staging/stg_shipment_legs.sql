{{ config(materialized='view') }}

with

{{ row_versions('shipment_legs') }},

renamed as (
    select
        source_system,
        shipment_id,
        leg_no,
        carrier as carrier_id,
        mode as transport_mode,
        from_location,
        to_location,
        shipped_at,
        shipped_date,
        estimated_at,
        estimated_date,
        arrived_at,
        arrived_date,
        freight_cost as freight_amount,
        currency as freight_currency,
        uom,
        quantity,
        row_key,
        batch_id,
        batch_file_id,
        source_file,
        source_line,
        known_from,
        known_to
    from versions
)

select * from renamed
