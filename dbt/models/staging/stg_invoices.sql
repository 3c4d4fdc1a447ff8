{{ config(materialized='view') }}

with

{{ row_versions('invoices') }},

renamed as (
    select
        source_system,
        side,
        invoice_id,
        order_id,
        po_id,
        customer_id,
        supplier_id,
        invoiced_at,
        invoiced_date,
        currency,
        net_amount,
        tax_amount,
        outstanding_amount,
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
