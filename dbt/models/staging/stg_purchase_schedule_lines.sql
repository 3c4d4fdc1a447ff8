with

{{ row_versions('purchase_schedule_lines') }},

renamed as (
    select
        source_system,
        po_id,
        line_no,
        schedule_no,
        product_id,
        quantity,
        due_date,
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
