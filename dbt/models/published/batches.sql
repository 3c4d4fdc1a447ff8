select
    source_system,
    batch_id,
    content_hash,
    extracted_at,
    entity,
    source_file,
    landed,
    accepted,
    quarantined,
    batch_file_id,
    file_sha256
from {{ source('raw', 'batches') }}
