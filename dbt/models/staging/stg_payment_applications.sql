{{ config(materialized='view') }}

with

{{ row_versions('payment_applications') }},

renamed as (
    select
        source_system,
        side,
        payment_id,
        invoice_id,
        applied_at,
        applied_date,
        currency,
        amount as applied_amount,
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
