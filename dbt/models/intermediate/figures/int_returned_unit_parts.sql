{{ config(materialized='view') }}

select {{ figure_columns(part_columns(), {
    'source_system': 'returned.source_system',
    'kpi': "'returned_units'",
    'unit_key': surrogate_key(['returned.source_system', 'returned.return_line_id']),
    'unit_id': 'returned.return_line_id',
    'counts_from': 'returned.received_at',
    'booked_date': 'returned.received_date',
    'numerator': 'returned.quantity',
    'denominator': '0',
    'step': 'returned.disposition',
    'reason': 'returned.reason',
    'uom': 'returned.uom',
    'product_id': 'coalesce(lines.product_id, returned.product_id)',
    'source_file': 'returned.source_file',
    'source_line': 'returned.source_line'
}, 'lines', line_dimensions()) }}
from {{ ref('int_returned_lines') }} as returned
left join {{ ref('int_line_facts') }} as lines on returned.line_key = lines.line_key
