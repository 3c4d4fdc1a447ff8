{{ config(materialized='view') }}

with

{{ row_versions('external_signals') }},

renamed as (
    select
        source_system,
        signal_id,
        region,
        signal_date,
        name,
        uom,
        value as signal_value,
        published_at,
        published_date,
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
