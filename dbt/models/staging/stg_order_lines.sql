with

{{ row_versions('order_lines') }},

renamed as (
    select
        source_system,
        order_id,
        line_no,
        product_id,
        uom,
        quantity,
        unit_price,
        per_quantity,
        discount,
        site_id,
        supplier_id,
        fulfilment_mode,
        cancelled_at,
        cancelled_date,
        cancelled_by,
        continues_order_id,
        continues_line_no,
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
