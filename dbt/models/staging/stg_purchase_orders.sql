with

{{ row_versions('purchase_orders') }},

renamed as (
    select
        source_system,
        po_id,
        supplier_id,
        site_id,
        currency,
        approved_at,
        approved_date,
        released_at,
        released_date,
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
