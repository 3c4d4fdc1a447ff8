{{ config(materialized='view') }}

with

parts as (
    {% for model in [
        'int_price_variance_parts',
        'int_reject_parts'
    ] -%}
    select * from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select * from parts
