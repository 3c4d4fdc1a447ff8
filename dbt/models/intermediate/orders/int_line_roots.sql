{#- Chains longer than this are taken for circles: the line then stands for itself. -#}
{% set longest_chain = 100 %}

with recursive

lines as (
    {{ latest_versions(ref('stg_order_lines')) }}
),

continued as (
    select source_system, order_id, line_no, continues_order_id, continues_line_no
    from lines
    where continues_order_id is not null and continues_order_id <> order_id
),

listed_twice as (
    select continued.*
    from continued
    inner join lines
        on
            continued.source_system = lines.source_system
            and continued.continues_order_id = lines.order_id
            and continued.continues_line_no = lines.line_no
    where lines.known_to = {{ end_of_time() }}
),

line_chain as (
    select
        source_system,
        order_id,
        line_no,
        continues_order_id as at_order_id,
        continues_line_no as at_line_no,
        1 as depth
    from listed_twice
    union all
    select
        line_chain.source_system,
        line_chain.order_id,
        line_chain.line_no,
        listed_twice.continues_order_id as at_order_id,
        listed_twice.continues_line_no as at_line_no,
        line_chain.depth + 1 as depth
    from line_chain
    inner join listed_twice
        on
            line_chain.source_system = listed_twice.source_system
            and line_chain.at_order_id = listed_twice.order_id
            and line_chain.at_line_no = listed_twice.line_no
    where line_chain.depth < {{ longest_chain }}
),

line_ends as (
    select
        source_system,
        order_id,
        line_no,
        max_by(at_order_id, depth) as obligation_order_id,
        max_by(at_line_no, depth) as obligation_line_no
    from line_chain
    group by source_system, order_id, line_no
    having max(depth) < {{ longest_chain }}
),

moved_orders as (
    select
        lines.source_system,
        lines.order_id,
        min(continued.continues_order_id) as continues_order_id
    from lines
    left join continued
        on
            lines.source_system = continued.source_system
            and lines.order_id = continued.order_id
            and lines.line_no = continued.line_no
    group by lines.source_system, lines.order_id
    having count(*) = count(continued.continues_order_id)
),

obligation_lines as (
    select
        lines.source_system,
        lines.order_id,
        lines.line_no,
        coalesce(line_ends.obligation_order_id, lines.order_id) as obligation_order_id,
        coalesce(line_ends.obligation_line_no, lines.line_no) as obligation_line_no
    from lines
    left join line_ends
        on
            lines.source_system = line_ends.source_system
            and lines.order_id = line_ends.order_id
            and lines.line_no = line_ends.line_no
),

first_origins as (
    select
        obligation_lines.*,
        coalesce(continued.continues_order_id, obligation_lines.obligation_order_id) as first_origin_id
    from obligation_lines
    left join continued
        on
            obligation_lines.source_system = continued.source_system
            and obligation_lines.obligation_order_id = continued.order_id
            and obligation_lines.obligation_line_no = continued.line_no
),

order_chain as (
    select source_system, order_id, continues_order_id as at_order_id, 1 as depth
    from moved_orders
    union all
    select
        order_chain.source_system,
        order_chain.order_id,
        moved_orders.continues_order_id as at_order_id,
        order_chain.depth + 1 as depth
    from order_chain
    inner join moved_orders
        on
            order_chain.source_system = moved_orders.source_system
            and order_chain.at_order_id = moved_orders.order_id
    where order_chain.depth < {{ longest_chain }}
),

order_ends as (
    select
        source_system,
        order_id,
        max_by(at_order_id, depth) as origin_order_id
    from order_chain
    group by source_system, order_id
    having max(depth) < {{ longest_chain }}
),

roots as (
    select
        first_origins.source_system,
        first_origins.order_id,
        first_origins.line_no,
        first_origins.obligation_order_id,
        first_origins.obligation_line_no,
        coalesce(order_ends.origin_order_id, first_origins.first_origin_id) as origin_order_id
    from first_origins
    left join order_ends
        on
            first_origins.source_system = order_ends.source_system
            and first_origins.first_origin_id = order_ends.order_id
)

select
    *,
    {{ order_key('sales', 'origin_order_id') }} as order_key,
    {{ line_key('sales', 'obligation_order_id', 'obligation_line_no') }} as line_key,
    order_id <> obligation_order_id or line_no <> obligation_line_no as is_continuation
from roots
