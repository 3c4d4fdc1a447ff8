{{ config(materialized='view') }}

select
    obligation_key,
    source_system,
    event_kind,
    occurred_at,
    occurred_date,
    initiator,
    quantity,
    old_date,
    new_date,
    detail,
    reference,
    source_entity,
    source_file,
    source_line,
    batch_id,
    known_from,
    known_to
from {{ ref('fct_obligation_events') }}
