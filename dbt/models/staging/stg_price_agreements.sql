{{ config(materialized='view') }}

with

{{ row_versions('price_agreements') }},

renamed as (
    select
        source_system,
        agreement_id,
        supplier_id,
        customer_id,
        product_id,
        price as agreed_price,
        currency,
        per_quantity,
        uom,
        valid_from,
        valid_to,
        changed_at,
        changed_date,
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
