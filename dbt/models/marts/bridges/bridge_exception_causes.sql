{{ config(materialized='view') }}

with

exceptions as (
    select * from {{ ref('fct_exceptions') }}
),

causes as (
    select
        exception_key,
        root_cause_code as cause_code,
        cast(1 as decimal(9, 6)) as weight,
        source_system,
        customer_key,
        product_key,
        supplier_key,
        site_key
    from exceptions
)

select * from causes
