{{ config(materialized='view') }}

with

{{ row_versions('invoice_lines') }},

renamed as (
    select
        source_system,
        side,
        invoice_id,
        invoice_line_id,
        order_id,
        po_id,
        line_no,
        product_id,
        uom,
        quantity,
        unit_price,
        per_quantity,
        net_amount,
        tax_amount,
        currency,
        invoiced_at,
        invoiced_date,
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
