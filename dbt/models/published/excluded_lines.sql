select
    excluded_key,
    source_system,
    side,
    order_id,
    line_no,
    why,
    obligation_order_id,
    obligation_line_no,
    source_entity,
    row_key,
    known_from,
    known_to
from {{ ref('fct_excluded_lines') }}
