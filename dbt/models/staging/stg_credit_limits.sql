{{ config(materialized='view') }}

with

{{ row_versions('credit_limits') }},

renamed as (
    select
        source_system,
        customer_id,
        limit_amount,
        currency,
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
