{{ config(materialized='view') }}

with

{{ row_versions('order_event_objects') }},

renamed as (
    select
        source_system,
        event_id,
        object_type,
        object_id,
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
