with

schedule_versions as (
    select *, {{ order_key('purchase', 'po_id') }} as order_key
    from {{ ref('stg_purchase_schedule_lines') }}
),

line_versions as (
    select *, {{ order_key('purchase', 'po_id') }} as order_key
    from {{ ref('stg_purchase_order_lines') }}
),

schedules as (
    {{ as_known('schedule_versions') }}
),

lines as (
    {{ as_known('line_versions') }}
),

orders as (
    select * from {{ ref('stg_purchase_orders') }}
),

sites as (
    select source_system, site_id, zone from {{ ref('stg_sites') }}
    where known_to = {{ end_of_time() }}
),

obligation_rows as (
    select
        schedules.epoch,
        schedules.order_key,
        schedules.source_system,
        schedules.po_id,
        schedules.line_no,
        schedules.schedule_no,
        coalesce(schedules.product_id, lines.product_id) as product_id,
        schedules.quantity,
        schedules.due_date,
        lines.site_id,
        lines.uom,
        lines.unit_price,
        lines.per_quantity,
        lines.cancelled_at,
        lines.cancelled_date,
        lines.cancelled_by,
        'purchase_schedule_lines' as source_entity,
        schedules.source_file,
        schedules.source_line,
        schedules.row_key,
        lines.row_key as line_row_key
    from schedules
    left join lines
        on
            schedules.epoch = lines.epoch
            and schedules.order_key = lines.order_key
            and schedules.line_no = lines.line_no
    union all
    select
        lines.epoch,
        lines.order_key,
        lines.source_system,
        lines.po_id,
        lines.line_no,
        '1' as schedule_no,
        lines.product_id,
        lines.quantity,
        cast(null as date) as due_date,
        lines.site_id,
        lines.uom,
        lines.unit_price,
        lines.per_quantity,
        lines.cancelled_at,
        lines.cancelled_date,
        lines.cancelled_by,
        'purchase_order_lines' as source_entity,
        lines.source_file,
        lines.source_line,
        lines.row_key,
        lines.row_key as line_row_key
    from lines
    left join schedules
        on
            lines.epoch = schedules.epoch
            and lines.order_key = schedules.order_key
            and lines.line_no = schedules.line_no
    where schedules.schedule_no is null
),

obligations as (
    select
        obligation_rows.epoch,
        obligation_rows.order_key,
        {{ line_key(
            'purchase', 'obligation_rows.po_id', 'obligation_rows.line_no', 'obligation_rows.source_system'
        ) }} as line_key,
        'purchase' as side,
        obligation_rows.source_system,
        obligation_rows.po_id as order_id,
        obligation_rows.line_no,
        obligation_rows.schedule_no,
        obligation_rows.po_id as origin_order_id,
        orders.supplier_id,
        coalesce(obligation_rows.site_id, orders.site_id) as site_id,
        obligation_rows.product_id,
        obligation_rows.uom,
        orders.currency,
        obligation_rows.quantity,
        obligation_rows.unit_price,
        {{ net_unit_price('obligation_rows.unit_price', '0', 'obligation_rows.per_quantity') }} as net_unit_price,
        obligation_rows.due_date as requested_date,
        coalesce(sites.zone, context.only_site_zone, context.default_zone, 'Etc/UTC') as dock_zone,
        coalesce(sites.zone, context.only_site_zone, context.default_zone) is null as is_dock_zone_assumed,
        coalesce(orders.released_at, orders.approved_at) as received_at,
        coalesce(orders.released_date, orders.approved_date) as received_date,
        {% for column in ['cancelled_at', 'cancelled_date', 'cancelled_by'] -%}
        {{ first_cancellation(
            column, 'obligation_rows', 'orders',
            "coalesce(sites.zone, context.only_site_zone, context.default_zone, 'Etc/UTC')"
        ) }} as {{ column }},
        {% endfor -%}
        obligation_rows.source_entity,
        obligation_rows.source_file,
        obligation_rows.source_line,
        obligation_rows.row_key,
        obligation_rows.line_row_key,
        orders.row_key as order_row_key
    from obligation_rows
    inner join {{ ref('int_source_context') }} as context on obligation_rows.source_system = context.source_system
    left join orders
        on
            obligation_rows.source_system = orders.source_system
            and obligation_rows.po_id = orders.po_id
            and obligation_rows.epoch >= orders.known_from
            and obligation_rows.epoch < orders.known_to
    left join sites
        on
            obligation_rows.source_system = sites.source_system
            and coalesce(obligation_rows.site_id, orders.site_id) = sites.site_id
)

select
    *,
    {{ obligation_key('purchase', 'order_id', 'line_no', 'schedule_no') }} as obligation_key
from obligations
