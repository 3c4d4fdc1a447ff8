{{ config(materialized='view') }}

with

spans as (
    {% for model in [
        'int_cycle_time_spans',
        'int_promise_spans',
        'int_stage_spans'
    ] -%}
    select * from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select * from spans
