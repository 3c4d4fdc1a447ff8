{{ config(materialized='view') }}

with

{{ row_versions('returns') }},

renamed as (
    select
        source_system,
        return_id,
        order_id,
        customer_id,
        site_id,
        requested_at,
        requested_date,
        received_at,
        received_date,
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
