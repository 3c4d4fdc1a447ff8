select
    source_system,
    batch_id,
    extracted_at,
    entity,
    row_key,
    rule,
    column_name,
    value,
    message,
    source_file,
    source_line,
    raw_record
from {{ source('raw', 'quarantine') }}
