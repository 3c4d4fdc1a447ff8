with

{{ row_versions('carriers') }},

renamed as (
    select
        source_system,
        carrier_id,
        name,
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
