with

{{ row_versions('shipment_lines') }},

renamed as (
    select
        source_system,
        shipment_line_id,
        shipment_id,
        order_id,
        line_no,
        schedule_no,
        quantity,
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
