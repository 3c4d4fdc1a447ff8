with

{{ row_versions('orders') }},

renamed as (
    select
        source_system,
        order_id,
        order_type,
        customer_id,
        channel,
        document_format,
        ship_to_address_id,
        currency,
        incoterm,
        received_at,
        received_date,
        entered_at,
        entered_date,
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
