{{ config(materialized='view') }}

with

{{ row_versions('fx_rates') }},

renamed as (
    select
        source_system,
        from_currency,
        to_currency,
        rate_date,
        rate as to_currency_units,
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
