-- depends_on: {{ ref('int_affected_orders') }}
{{ config(
    materialized=fact_materialization(), incremental_strategy='append', pre_hook="{{ forget_affected_orders() }}"
) }}

with

lines as (
    select
        *,
        case
            when order_type = 'return' then 'return_order'
            when is_continuation then 'continues_another_line'
        end as why
    from {{ ref('int_sales_lines') }}
),

excluded as (
    select
        {{ surrogate_key(['lines.source_system', 'lines.row_key', 'lines.epoch']) }} as excluded_key,
        lines.source_system,
        lines.order_key,
        'sales' as side,
        lines.order_id,
        lines.line_no,
        lines.why,
        lines.obligation_order_id,
        lines.obligation_line_no,
        'order_lines' as source_entity,
        lines.row_key,
        lines.epoch as known_from,
        epochs.known_to
    from lines
    inner join {{ ref('int_order_epochs') }} as epochs
        on lines.order_key = epochs.order_key and lines.epoch = epochs.known_from
    where lines.why is not null
)

select * from excluded
