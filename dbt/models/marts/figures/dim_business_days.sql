{{ config(materialized='view') }}

select * from {{ ref('int_business_days') }}
