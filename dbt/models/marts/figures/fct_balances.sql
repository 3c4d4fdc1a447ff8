{{ config(materialized='view') }}

with

balances as (
    {% for model in [
        'int_account_balances',
        'int_stock_balances'
    ] -%}
    select * from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select * from balances
