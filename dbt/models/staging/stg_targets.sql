{{ config(materialized='view') }}

with

{{ row_versions('targets') }},

renamed as (
    select
        source_system,
        target_id,
        kpi,
        dimension,
        member,
        value as target_value,
        valid_from,
        valid_to,
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
