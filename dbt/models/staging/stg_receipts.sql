with

{{ row_versions('receipts') }},

renamed as (
    select
        source_system,
        receipt_id,
        po_id,
        line_no,
        schedule_no,
        received_at,
        received_date,
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
