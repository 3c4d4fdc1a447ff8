select
    source_system,
    entity,
    column_name,
    non_null_rows
from {{ source('raw', 'source_inventory') }}
