with

{{ row_versions('customers') }},

renamed as (
    select
        source_system,
        customer_id,
        name,
        region,
        country,
        segment,
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
