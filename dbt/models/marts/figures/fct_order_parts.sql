{{ config(materialized='view') }}

with

parts as (
    {% for model in [
        'int_first_pass_parts',
        'int_step_parts',
        'int_straight_through_parts',
        'int_entry_error_parts',
        'int_excepted_order_parts',
        'int_exception_parts',
        'int_cost_parts',
        'int_cost_multiple_parts'
    ] -%}
    select * from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select * from parts
