{{ config(materialized='view') }}

with

{{ row_versions('promotions') }},

renamed as (
    select
        source_system,
        promotion_id,
        product_id,
        customer_id,
        region,
        name,
        discount,
        valid_from,
        valid_to,
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
