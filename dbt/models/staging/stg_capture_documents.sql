{{ config(materialized='view') }}

with

{{ row_versions('capture_documents') }},

renamed as (
    select
        source_system,
        document_id,
        order_id,
        customer_id,
        channel,
        format as document_format,
        layout,
        received_at,
        received_date,
        confidence,
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
