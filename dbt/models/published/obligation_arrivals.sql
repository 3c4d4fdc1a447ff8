{{ config(materialized='view') }}

select
    arrival_key,
    source_system,
    obligation_key,
    place,
    promise,
    arrived_at,
    arrived_date,
    counts_from,
    allotted_quantity,
    accepted_quantity,
    told_quantity,
    rejected_quantity,
    damaged_quantity,
    short_quantity,
    reference,
    source_entity,
    row_key,
    other_row_key,
    known_from,
    known_to
from {{ ref('fct_obligation_arrivals') }}
