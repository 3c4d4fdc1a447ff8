{{ config(materialized='view') }}

with

{{ row_versions('cost_rates') }},

renamed as (
    select
        source_system,
        cost_kind,
        activity,
        channel,
        site_id,
        cost as cost_amount,
        cost_basis,
        currency,
        valid_from,
        valid_to,
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
