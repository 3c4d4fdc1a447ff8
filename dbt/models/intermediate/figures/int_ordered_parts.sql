{{ config(materialized='view') }}

{%- set told = {
    'unit_key': 'lines.line_key',
    'unit_id': 'lines.unit_id',
    'counts_from': 'lines.received_at',
    'booked_date': 'lines.received_date',
    'denominator': '0'
} -%}

with

lines as (
    select * from {{ ref('int_line_facts') }}
    where not is_continuation and received_at is not null
)

select {{ figure_columns(part_columns(), dict(told, **{
    'kpi': "'ordered_units'",
    'numerator': 'lines.quantity'
}), 'lines', line_dimensions()) }}
from lines
union all
select {{ figure_columns(part_columns(), dict(told, **{
    'kpi': "'ordered_value'",
    'numerator': 'lines.quantity * lines.net_unit_price',
    'currency': 'lines.currency'
}), 'lines', line_dimensions()) }}
from lines
where net_unit_price is not null
