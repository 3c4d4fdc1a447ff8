-- depends_on: {{ ref('int_affected_orders') }}
{{ config(
    materialized=fact_materialization(), incremental_strategy='append', pre_hook="{{ forget_affected_orders() }}"
) }}

with

obligations as (
    select * from {{ ref('int_keyed_obligations') }}
    where side = 'purchase'
)

{{ obligation_columns('obligations') }}
