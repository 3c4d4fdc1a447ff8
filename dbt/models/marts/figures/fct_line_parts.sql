{{ config(materialized='view') }}

with

parts as (
    {% for model in [
        'int_ordered_parts',
        'int_backorder_parts',
        'int_return_parts',
        'int_returned_unit_parts',
        'int_forecast_parts'
    ] -%}
    select * from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select * from parts
