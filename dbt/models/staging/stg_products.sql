with

{{ row_versions('products') }},

renamed as (
    select
        source_system,
        product_id,
        name,
        family,
        category,
        uom,
        product_type,
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
