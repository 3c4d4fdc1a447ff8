with

obligations as (
    select * from {{ ref('int_obligations') }}
),

lines as (
    select
        epoch,
        line_key,
        max(destination_zone) as destination_zone,
        max(dock_zone) as dock_zone,
        min(obligation_key) as any_obligation_key,
        count(*) as obligations
    from obligations
    group by epoch, line_key
),

movements as (
    select * from {{ ref('int_sales_movements') }}
    union all
    select * from {{ ref('int_purchase_movements') }}
),

placed as (
    select
        movements.*,
        lines.any_obligation_key,
        lines.obligations,
        case when movements.place = 'delivered' then lines.destination_zone else lines.dock_zone end as place_zone
    from movements
    inner join lines on movements.epoch = lines.epoch and movements.line_key = lines.line_key
),

timed as (
    select
        placed.epoch,
        placed.order_key,
        placed.line_key,
        placed.place,
        case
            when placed.obligations = 1 then placed.any_obligation_key
            else obligations.obligation_key
        end as obligation_key,
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
        placed.reference,
        placed.row_key,
        placed.other_row_key
    from placed
    left join obligations
        on
            placed.epoch = obligations.epoch
            and placed.line_key = obligations.line_key
            and placed.schedule_no = obligations.schedule_no
)

select * from timed
