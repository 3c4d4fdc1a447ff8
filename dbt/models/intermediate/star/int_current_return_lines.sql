{{ config(materialized='view') }}

with

lines as (
    {{ current_rows('stg_return_lines', 'return_line_key', [
        'return_line_id', 'return_id', 'shipment_line_id', 'order_id', 'line_no', 'product_id', 'uom', 'quantity',
        'reason', 'disposition', 'resolution'
    ], ['received']) }}
),

disposed as (
    select
        source_system,
        row_key,
        min(known_from) as disposition_known_from
    from {{ ref('stg_return_lines') }}
    where disposition is not null
    group by source_system, row_key
),

described as (
    select
        lines.*,
        case when lines.disposition is not null then disposed.disposition_known_from end as disposition_known_from
    from lines
    left join disposed
        on lines.source_system = disposed.source_system and lines.row_key = disposed.row_key
)

select * from described
