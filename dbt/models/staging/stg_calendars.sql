{{ config(materialized='view') }}

with

{{ row_versions('calendars') }},

renamed as (
    select
        source_system,
        calendar_id,
        date as off_date,
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
