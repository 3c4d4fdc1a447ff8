{{ config(materialized='view') }}

with

{{ row_versions('return_lines') }},

renamed as (
    select
        source_system,
        return_line_id,
        return_id,
        shipment_line_id,
        order_id,
        line_no,
        product_id,
        received_at,
        received_date,
        uom,
        quantity,
        reason,
        disposition,
        resolution,
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
