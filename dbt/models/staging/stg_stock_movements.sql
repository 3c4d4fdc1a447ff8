{{ config(materialized='view') }}

with

{{ row_versions('stock_movements') }},

renamed as (
    select
        source_system,
        movement_id,
        product_id,
        site_id,
        movement_type,
        quantity,
        uom,
        moved_at,
        moved_date,
        order_id,
        po_id,
        invoice_id,
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
