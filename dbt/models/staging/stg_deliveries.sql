with

{{ row_versions('deliveries') }},

renamed as (
    select
        source_system,
        delivery_id,
        shipment_line_id,
        order_id,
        line_no,
        schedule_no,
        delivered_at,
        delivered_date,
        accepted as accepted_quantity,
        rejected as rejected_quantity,
        damaged as damaged_quantity,
        short as short_quantity,
        documents_ok as is_documents_ok,
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
