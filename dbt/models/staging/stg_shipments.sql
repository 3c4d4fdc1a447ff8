with

{{ row_versions('shipments') }},

renamed as (
    select
        source_system,
        shipment_id,
        carrier as carrier_id,
        mode as transport_mode,
        origin_site_id,
        ship_to_address_id,
        shipped_at,
        shipped_date,
        estimated_at,
        estimated_date,
        freight_cost as freight_amount,
        currency as freight_currency,
        row_key,
        row_hash,
        batch_id,
        batch_file_id,
        source_file,
        source_line,
        known_from,
        known_to
    from versions
)

select * from renamed
