{{ config(materialized='view') }}

select * from {{ ref('fct_otif_conformance') }}
