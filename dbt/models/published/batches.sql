select
    source_system,
    batch_id,
    content_hash,
    extracted_at,
    entity,
    source_file,
    landed,
    accepted,
    quarantined
from {{ source('raw', 'batches') }}
