{{ config(materialized='view') }}

with

figures as (
    {% for mart in [
        'fct_order_durations',
        'fct_purchase_durations'
    ] -%}
    select * from {{ ref(mart) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select * from figures
