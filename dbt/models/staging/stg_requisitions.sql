{{ config(materialized='view') }}

with

{{ row_versions('requisitions') }},

renamed as (
    select
        source_system,
        requisition_id,
        line_no,
        supplier_id,
        site_id,
        product_id,
        uom,
        quantity,
        unit_price,
        per_quantity,
        currency,
        requested_at,
        requested_date,
        approved_at,
        approved_date,
        released_at,
        released_date,
        due_date,
        po_id,
        cancelled_at,
        cancelled_date,
        cancelled_by,
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
