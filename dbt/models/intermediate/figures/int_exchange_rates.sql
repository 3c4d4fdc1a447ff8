{{ config(materialized='view') }}

with

both_ways as (
    {{ told_both_ways(
        ref('stg_fx_rates'), ['source_system', 'rate_date'], 'from_currency', 'to_currency', 'to_currency_units'
    ) }}
)

select * from both_ways
