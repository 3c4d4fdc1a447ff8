{{ config(materialized='view') }}

with

figures as (
    {% for mart in [
        'fct_balances'
    ] -%}
    select * from {{ ref(mart) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select * from figures
