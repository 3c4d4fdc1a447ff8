{{ config(materialized='view') }}

with

{{ row_versions('credit_notes') }},

renamed as (
    select
        source_system,
        side,
        credit_note_id,
        invoice_id,
        return_id,
        customer_id,
        supplier_id,
        issued_at,
        issued_date,
        currency,
        net_amount,
        tax_amount,
        reason,
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
