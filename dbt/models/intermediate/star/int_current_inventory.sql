{{ config(materialized='view') }}

{{ current_rows('stg_inventory_snapshots', 'inventory_key', [
    'product_id', 'site_id', 'snapshot_date', 'uom', 'on_hand', 'allocated', 'on_order', 'safety_stock'
]) }}
