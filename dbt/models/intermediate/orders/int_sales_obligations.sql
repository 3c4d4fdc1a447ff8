with

lines as (
    select * from {{ ref('int_sales_lines') }}
    where not is_continuation and coalesce(order_type, 'standard') <> 'return'
),

continuations as (
    select
        lines.epoch,
        lines.line_key,
        max(lines.cancelled_at) as cancelled_at,
        max(lines.cancelled_date) as cancelled_date,
        max(lines.cancelled_by) as cancelled_by
    from {{ ref('int_sales_lines') }} as lines
    where lines.is_continuation
    group by lines.epoch, lines.line_key
    -- The obligation ends with its continuations only when every one of them is cancelled.
    having
        count(*) = sum(case when lines.cancelled_at is not null or lines.cancelled_date is not null then 1 else 0 end)
),

schedule_versions as (
    select
        schedules.*,
        roots.order_key,
        roots.line_key
    from {{ ref('stg_order_schedule_lines') }} as schedules
    inner join {{ ref('int_line_roots') }} as roots
        on
            schedules.source_system = roots.source_system
            and schedules.order_id = roots.order_id
            and schedules.line_no = roots.line_no
    where not roots.is_continuation
),

schedules as (
    {{ as_known('schedule_versions') }}
),

obligations as (
    select
        lines.epoch,
        lines.order_key,
        lines.line_key,
        'sales' as side,
        lines.source_system,
        lines.order_id,
        lines.line_no,
        coalesce(schedules.schedule_no, '1') as schedule_no,
        lines.origin_order_id,
        lines.order_type,
        lines.channel,
        lines.customer_id,
        lines.product_id,
        lines.supplier_id,
        lines.site_id,
        lines.ship_to_address_id,
        lines.fulfilment_mode,
        lines.uom,
        lines.currency,
        case
            when count(*) over (partition by lines.epoch, lines.line_key) = 1
                then coalesce(schedules.quantity, lines.quantity)
            else schedules.quantity
        end as quantity,
        lines.unit_price,
        lines.net_unit_price,
        coalesce(schedules.requested_date, schedules.window_end, schedules.window_start) as requested_date,
        schedules.window_start,
        schedules.window_end,
        lines.destination_zone,
        lines.dock_zone,
        lines.is_destination_zone_assumed,
        lines.is_dock_zone_assumed,
        lines.received_at,
        lines.received_date,
        lines.entered_at,
        {% for column in ['cancelled_at', 'cancelled_date', 'cancelled_by'] -%}
        case
            when lines.cancelled_at is null and lines.cancelled_date is null then continuations.{{ column }}
            else lines.{{ column }}
        end as {{ column }},
        {% endfor -%}
        case when schedules.schedule_no is null then 'order_lines' else 'order_schedule_lines' end as source_entity,
        coalesce(schedules.source_file, lines.source_file) as source_file,
        coalesce(schedules.source_line, lines.source_line) as source_line,
        coalesce(schedules.row_key, lines.row_key) as row_key,
        lines.row_key as line_row_key,
        lines.order_row_key
    from lines
    left join schedules
        on lines.epoch = schedules.epoch and lines.line_key = schedules.line_key
    left join continuations
        on lines.epoch = continuations.epoch and lines.line_key = continuations.line_key
)

select
    *,
    {{ obligation_key('sales', 'order_id', 'line_no', 'schedule_no') }} as obligation_key
from obligations
