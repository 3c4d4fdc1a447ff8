with

{{ row_versions('suppliers') }},

renamed as (
    select
        source_system,
        supplier_id,
        name,
        country,
        changed_at,
        changed_date,
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
