with

lines as (
    select epoch, line_key, line_group, line_obligations, destination_zone, dock_zone
    from {{ ref('int_obligations') }}
    where obligation_no = line_group
),

schedules as (
    select line_group, schedule_no, obligation_no
    from {{ ref('int_obligations') }}
    where line_obligations > 1
),

movements as (
    select * from {{ ref('int_sales_movements') }}
    union all
    select * from {{ ref('int_purchase_movements') }}
),

placed as (
    select
        movements.*,
        lines.line_group,
        lines.line_obligations,
        case when movements.place = 'delivered' then lines.destination_zone else lines.dock_zone end as place_zone
    from movements
    inner join lines on movements.epoch = lines.epoch and movements.line_key = lines.line_key
),

timed as (
    select
        {{ row_numbers(['placed.epoch', 'placed.line_key', 'placed.place', 'placed.row_key']) }} as movement_no,
        placed.line_group,
        placed.place,
        case
            when placed.line_obligations = 1 then placed.line_group
            else schedules.obligation_no
        end as obligation_no,
        coalesce(
            {{ event_instant('placed.moved_at', 'placed.moved_date', 'placed.place_zone') }}, {{ beginning_of_time() }}
        ) as arrived_from,
        {{ event_day('placed.moved_at', 'placed.moved_date', 'placed.place_zone') }} as arrived_date,
        placed.moved_at,
        placed.moved_date,
        placed.quantity,
        placed.told_quantity,
        placed.rejected_quantity,
        placed.damaged_quantity,
        placed.short_quantity,
        placed.is_documents_ok,
        placed.reference,
        placed.row_key,
        placed.other_row_key
    from placed
    left join schedules
        on placed.line_group = schedules.line_group and placed.schedule_no = schedules.schedule_no
)

select * from timed
