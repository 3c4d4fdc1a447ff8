{{ config(materialized='view') }}

with

lines as (
    select * from {{ ref('int_line_facts') }}
    where not is_continuation and received_at is not null
)

select {{ figure_columns(part_columns(), {
    'kpi': "'ordered'",
    'unit_key': 'lines.line_key',
    'unit_id': 'lines.unit_id',
    'counts_from': 'lines.received_at',
    'booked_date': 'lines.received_date',
    'numerator': 'lines.quantity * lines.net_unit_price',
    'denominator': 'lines.base_quantity',
    'currency': 'lines.currency',
    'uom': 'lines.base_uom'
}, 'lines', line_dimensions()) }}
from lines
