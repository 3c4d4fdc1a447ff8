{{ config(materialized='view') }}

with

{{ row_versions('supply_pegs') }},

renamed as (
    select
        source_system,
        order_id,
        line_no,
        supply_type,
        supply_id,
        supply_line_no,
        uom,
        quantity,
        valid_from,
        valid_from_date,
        valid_to,
        valid_to_date,
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
