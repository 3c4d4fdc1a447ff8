{{ config(materialized='view') }}

with

stock as (
    select *, cast(snapshot_date as timestamp) as judged_at
    from {{ ref('int_current_inventory') }}
),

keyed as (
    select
        stock.inventory_key,
        stock.source_system,
        coalesce(dim_products.product_key, 'unknown') as product_key,
        coalesce(dim_sites.site_key, 'unknown') as site_key,
        stock.product_id,
        stock.site_id,
        stock.snapshot_date,
        stock.uom,
        stock.on_hand,
        stock.allocated,
        stock.on_order,
        stock.safety_stock,
        stock.source_file,
        stock.source_line
    from stock
    {{ version_join('product', 'stock', 'stock.judged_at') }}
    {{ version_join('site', 'stock', 'stock.judged_at') }}
)

select * from keyed
