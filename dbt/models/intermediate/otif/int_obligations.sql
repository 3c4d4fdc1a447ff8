with

both_sides as (
    select
        epoch, order_key, line_key, obligation_key, side, source_system, order_id, line_no, schedule_no,
        origin_order_id, order_type, channel, customer_id, product_id, supplier_id, site_id, ship_to_address_id,
        fulfilment_mode, uom, currency, quantity, unit_price, net_unit_price, requested_date, window_start, window_end,
        destination_zone, dock_zone, is_destination_zone_assumed, is_dock_zone_assumed,
        received_at, received_date, entered_at, cancelled_at, cancelled_date, cancelled_by,
        source_entity, source_file, source_line, row_key, line_row_key, order_row_key
    from {{ ref('int_sales_obligations') }}
    union all
    select
        epoch, order_key, line_key, obligation_key, side, source_system, order_id, line_no, schedule_no,
        origin_order_id, null as order_type, null as channel, null as customer_id, product_id, supplier_id, site_id,
        null as ship_to_address_id, null as fulfilment_mode, uom,
        currency, quantity, unit_price, net_unit_price, requested_date, null as window_start, null as window_end,
        dock_zone as destination_zone, dock_zone, is_dock_zone_assumed as is_destination_zone_assumed,
        is_dock_zone_assumed,
        received_at, received_date, null as entered_at, cancelled_at, cancelled_date, cancelled_by,
        source_entity, source_file, source_line, row_key, line_row_key, order_row_key
    from {{ ref('int_purchase_obligations') }}
),

timed as (
    select
        *,
        coalesce(
            {{ days_between('requested_date', 'window_start') }}, {{ days_between('requested_date', 'window_end') }}, 0
        ) as window_start_offset_days,
        coalesce({{ days_between('requested_date', 'window_end') }}, 0) as window_end_offset_days,
        coalesce(
            received_at,
            {{ local_day_start('received_date', 'destination_zone') }},
            {{ beginning_of_time() }}
        ) as exists_from,
        {{ event_instant('cancelled_at', 'cancelled_date', 'destination_zone') }} as cancelled_from,
        coalesce(cancelled_by in ('customer', 'buyer'), false) as is_cancelled_by_receiver
    from both_sides
),

-- Within a run, whole numbers stand for the keys: what follows joins and sorts many rows by them.
numbered as (
    select
        timed.*,
        epochs.known_to,
        {{ row_numbers(['timed.epoch', 'timed.obligation_key']) }} as obligation_no
    from timed
    inner join {{ ref('int_order_epochs') }} as epochs
        on timed.order_key = epochs.order_key and timed.epoch = epochs.known_from
),

grouped as (
    select
        *,
        min(obligation_no) over (partition by epoch, line_key) as line_group,
        count(*) over (partition by epoch, line_key) as line_obligations
    from numbered
)

select * from grouped
