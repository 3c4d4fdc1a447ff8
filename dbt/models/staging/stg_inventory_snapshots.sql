{{ config(materialized='view') }}

with

{{ row_versions('inventory_snapshots') }},

renamed as (
    select
        source_system,
        product_id,
        site_id,
        snapshot_date,
        uom,
        on_hand,
        allocated,
        on_order,
        safety_stock,
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
