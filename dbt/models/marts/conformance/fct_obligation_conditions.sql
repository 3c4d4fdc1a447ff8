-- depends_on: {{ ref('int_affected_orders') }}
{{ config(
    materialized=fact_materialization(), incremental_strategy='append', pre_hook="{{ forget_affected_orders() }}"
) }}

with

known as (
    select
        obligations.source_system,
        obligations.order_key,
        obligations.obligation_key,
        conditions.promise,
        obligations.epoch as known_from,
        obligations.known_to,
        conditions.delivered_at,
        conditions.documents_wrong_at,
        conditions.damaged_at,
        conditions.first_delivered_at,
        conditions.first_delivered_quantity,
        conditions.first_shipped_at,
        conditions.first_shipped_quantity
    from {{ ref('int_obligation_conditions') }} as conditions
    inner join {{ ref('int_obligations') }} as obligations on conditions.obligation_no = obligations.obligation_no
)

select * from known
