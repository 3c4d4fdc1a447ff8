{{ config(materialized='view') }}

select
    source_system,
    entity,
    row_key,
    part_of,
    row_hash,
    batch_id,
    batch_file_id,
    source_file,
    source_line,
    known_from,
    known_to
from {{ ref('fct_source_rows') }}
