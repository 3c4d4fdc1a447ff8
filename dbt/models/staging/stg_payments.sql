{{ config(materialized='view') }}

with

{{ row_versions('payments') }},

renamed as (
    select
        source_system,
        side,
        payment_id,
        customer_id,
        supplier_id,
        paid_at,
        paid_date,
        payment_method,
        currency,
        amount,
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
