with

lines as (
    {{ latest_versions(ref('stg_order_lines')) }}
),

continued as (
    select * from {{ ref('int_line_continuations') }}
),

line_ends as (
    {{ chain_ends(
        ref('int_line_continuations'), [('order_id', 'continues_order_id'), ('line_no', 'continues_line_no')],
        'is_listed_twice'
    ) }}
),

order_ends as (
    {{ chain_ends(ref('int_order_continuations'), [('order_id', 'continues_order_id')]) }}
),

obligation_lines as (
    select
        lines.source_system,
        lines.order_id,
        lines.line_no,
        coalesce(line_ends.end_order_id, lines.order_id) as obligation_order_id,
        coalesce(line_ends.end_line_no, lines.line_no) as obligation_line_no
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

roots as (
    select
        first_origins.source_system,
        first_origins.order_id,
        first_origins.line_no,
        first_origins.obligation_order_id,
        first_origins.obligation_line_no,
        coalesce(order_ends.end_order_id, first_origins.first_origin_id) as origin_order_id
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
