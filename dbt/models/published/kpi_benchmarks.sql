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
),

general as (
    select
        cast(null as string) as source_system,
        benchmark_id,
        kpi,
        statistic,
        cast(low_value as decimal(28, 6)) as low_value,
        cast(high_value as decimal(28, 6)) as high_value,
        currency,
        published_year,
        published_in
    from {{ ref('kpi_benchmarks_of_the_field') }}
)

select * from own
union all
select * from general
