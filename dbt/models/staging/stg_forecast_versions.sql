{{ config(materialized='view') }}

with

{{ row_versions('forecast_versions') }},

renamed as (
    select
        source_system,
        version_id,
        frozen_at,
        frozen_date,
        product_id,
        site_id,
        target_week_start,
        horizon_weeks,
        uom,
        quantity,
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
