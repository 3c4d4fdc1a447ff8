select * from {{ ref('dim_kpi_definitions') }}
