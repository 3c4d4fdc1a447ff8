{{ config(materialized='view') }}

with

{{ row_versions('communications') }},

renamed as (
    select
        source_system,
        message_id,
        thread_id,
        direction,
        channel,
        order_id,
        po_id,
        customer_id,
        supplier_id,
        sent_at,
        sent_date,
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
