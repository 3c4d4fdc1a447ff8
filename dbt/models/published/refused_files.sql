select
    source_system,
    source_file,
    message,
    remedy,
    kept_as
from {{ source('raw', 'refused_files') }}
