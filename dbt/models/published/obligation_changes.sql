{{ config(materialized='view') }}

select
    change_key,
    source_system,
    obligation_key,
    position,
    changed_at,
    changed_date,
    counts_from,
    initiator,
    reason,
    old_date,
    new_date,
    old_quantity,
    new_quantity,
    is_before_first,
    is_first,
    is_asked_by_receiver,
    implies_first,
    moves_agreed,
    source_entity,
    row_key,
    known_from,
    known_to
from {{ ref('fct_obligation_changes') }}
