with

{{ row_versions('sites') }},

renamed as (
    select
        source_system,
        site_id,
        name,
        zone,
        calendar_id,
        country,
        daily_capacity,
        changed_at,
        changed_date,
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
