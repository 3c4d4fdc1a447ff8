with

lines as (
    {{ latest_versions(ref('stg_order_lines')) }}
),

moved_orders as (
    select
        lines.source_system,
        lines.order_id,
        min(continued.continues_order_id) as continues_order_id
    from lines
    left join {{ ref('int_line_continuations') }} as continued
        on
            lines.source_system = continued.source_system
            and lines.order_id = continued.order_id
            and lines.line_no = continued.line_no
    group by lines.source_system, lines.order_id
    having count(*) = count(continued.continues_order_id)
)

select * from moved_orders
