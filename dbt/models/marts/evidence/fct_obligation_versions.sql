-- depends_on: {{ ref('int_affected_orders') }}
{{ config(
    materialized=fact_materialization(), incremental_strategy='append', pre_hook="{{ forget_affected_orders() }}"
) }}

with

versions as (
    select
        {{ surrogate_key(['obligations.obligation_key', 'obligations.epoch']) }} as version_key,
        obligations.source_system,
        obligations.order_key,
        obligations.obligation_key,
        obligations.quantity as ordered_quantity,
        obligations.requested_date,
        obligations.window_start,
        obligations.window_end,
        obligations.destination_zone,
        obligations.dock_zone,
        obligations.exists_from,
        obligations.cancelled_at,
        obligations.cancelled_date,
        obligations.cancelled_from,
        obligations.cancelled_by,
        obligations.is_cancelled_by_receiver,
        obligations.source_entity,
        obligations.row_key,
        obligations.line_row_key,
        obligations.order_row_key,
        obligations.epoch as known_from,
        obligations.known_to
    from {{ ref('int_obligations') }} as obligations
)

select * from versions
