with

lines as (
    {{ latest_versions(ref('stg_order_lines')) }}
),

continued as (
    select source_system, order_id, line_no, continues_order_id, continues_line_no
    from lines
    where continues_order_id is not null and continues_order_id <> order_id
),

described as (
    select
        continued.*,
        coalesce(lines.known_to = {{ end_of_time() }}, false) as is_listed_twice
    from continued
    left join lines
        on
            continued.source_system = lines.source_system
            and continued.continues_order_id = lines.order_id
            and continued.continues_line_no = lines.line_no
)

select * from described
