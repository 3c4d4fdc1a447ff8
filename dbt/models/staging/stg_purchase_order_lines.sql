with

{{ row_versions('purchase_order_lines') }},

renamed as (
    select
        source_system,
        po_id,
        line_no,
        product_id,
        quantity,
        unit_price,
        per_quantity,
        site_id,
        uom,
        cancelled_at,
        cancelled_date,
        cancelled_by,
        row_key,
        row_hash,
        batch_id,
        batch_file_id,
        source_file,
        source_line,
        known_from,
        known_to
    from versions
)

select * from renamed
