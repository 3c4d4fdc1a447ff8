select * from {{ ref('dim_sources') }}
