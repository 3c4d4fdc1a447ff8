{{ config(materialized='view') }}

with

{{ row_versions('capture_fields') }},

renamed as (
    select
        source_system,
        document_id,
        line_no,
        field_name,
        extracted_value,
        corrected_value,
        confidence,
        actor_kind,
        corrected_at,
        corrected_date,
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
