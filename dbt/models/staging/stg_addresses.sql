with

{{ row_versions('addresses') }},

renamed as (
    select
        source_system,
        address_id,
        country,
        zone,
        region,
        city,
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
