with

{{ row_versions('supplier_confirmations') }},

renamed as (
    select
        source_system,
        po_id,
        line_no,
        schedule_no,
        version as confirmation_version,
        quantity,
        price as confirmed_price,
        date as confirmed_for_date,
        confirmed_at,
        confirmed_date,
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
