{{ config(materialized='view') }}

with

own as (
    select
        source_system,
        benchmark_id,
        kpi,
        statistic,
        cast(benchmark_value as decimal(28, 6)) as low_value,
        cast(benchmark_value as decimal(28, 6)) as high_value,
        cast(null as string) as currency,
        cast(benchmark_year as integer) as published_year,
        published_in
    from {{ ref('stg_benchmarks') }}
    where known_to = {{ end_of_time() }}
)

select * from own
