{{ config(materialized='view') }}

select
    source_system,
    obligation_key,
    promise,
    known_from,
    known_to,
    delivered_at,
    documents_wrong_at,
    damaged_at,
    first_delivered_at,
    first_delivered_quantity,
    first_shipped_at,
    first_shipped_quantity
from {{ ref('fct_obligation_conditions') }}
