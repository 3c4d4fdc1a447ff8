{{ config(materialized='view') }}

with

spans as (
    select * from {{ ref('int_lead_times') }}
)

select * from spans
