{{ config(materialized='view') }}

with

figures as (
    {% for mart in [
        'fct_order_parts',
        'fct_line_parts',
        'fct_purchase_parts'
    ] -%}
    select * from {{ ref(mart) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select * from figures
