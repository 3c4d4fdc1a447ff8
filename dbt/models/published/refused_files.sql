select
    source_system,
    batch_id,
    source_file,
    message,
    remedy,
    kept_as
from {{ source('raw', 'refused_files') }}
