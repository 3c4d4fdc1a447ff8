{{ config(materialized='view') }}

with

{{ row_versions('benchmarks') }},

renamed as (
    select
        source_system,
        benchmark_id,
        kpi,
        industry,
        region,
        statistic,
        value as benchmark_value,
        year as benchmark_year,
        source as published_in,
        row_key,
        batch_id,
        batch_file_id,
        source_file,
        source_line,
        known_from,
        known_to
    from versions
)

select * from renamed
