{{ config(materialized='view') }}

with

completed as (
    select
        lines.line_key,
        min(receipts.received_at) as completed_at,
        min(receipts.received_date) as completed_date
    from {{ ref('int_purchase_line_facts') }} as lines
    inner join {{ ref('int_receipt_facts') }} as receipts on lines.line_key = receipts.line_key
    where receipts.received_so_far >= lines.quantity
    group by lines.line_key
)

select {{ figure_columns(duration_columns(), {
    'kpi': "'supplier_lead_time'",
    'unit_key': 'lines.line_key',
    'unit_id': 'lines.unit_id',
    'started_at': 'lines.released_at',
    'ended_at': 'completed.completed_at',
    'cancelled_at': 'lines.cancelled_at',
    'is_end_unknown': 'completed.line_key is not null and completed.completed_at is null',
    'booked_date': local_date('lines.released_at', 'lines.site_zone'),
    'ended_date': 'completed.completed_date'
}, 'lines', purchase_dimensions()) }}
from {{ ref('int_purchase_line_facts') }} as lines
left join completed on lines.line_key = completed.line_key
where lines.released_at is not null and lines.quantity > 0
