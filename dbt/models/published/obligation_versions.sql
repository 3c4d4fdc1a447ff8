{{ config(materialized='view') }}

select
    version_key,
    source_system,
    obligation_key,
    ordered_quantity,
    requested_date,
    window_start,
    window_end,
    destination_zone,
    dock_zone,
    exists_from,
    cancelled_at,
    cancelled_date,
    cancelled_from,
    cancelled_by,
    is_cancelled_by_receiver,
    source_entity,
    row_key,
    line_row_key,
    order_row_key,
    known_from,
    known_to
from {{ ref('fct_obligation_versions') }}
