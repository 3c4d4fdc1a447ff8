{{ config(materialized='view') }}

with

told as (
    select * from {{ ref('stg_fx_rates') }}
    where known_to = {{ end_of_time() }}
),

both_ways as (
    select
        source_system, from_currency, to_currency, rate_date, to_currency_units as multiplier,
        cast(1 as decimal(18, 6)) as divisor, 1 as preference
    from told
    union all
    select
        source_system, to_currency as from_currency, from_currency as to_currency, rate_date,
        cast(1 as decimal(18, 6)) as multiplier, to_currency_units as divisor, 2 as preference
    from told
)

select * from both_ways
