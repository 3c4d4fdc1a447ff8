{{ config(materialized='view') }}

with

{{ row_versions('uom_conversions') }},

renamed as (
    select
        source_system,
        product_id,
        from_uom,
        to_uom,
        factor,
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
