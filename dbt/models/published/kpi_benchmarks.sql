with

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

select * from {{ ref('dim_benchmarks') }}
union all
select * from general
