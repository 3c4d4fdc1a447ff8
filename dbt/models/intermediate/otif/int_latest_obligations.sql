with

last_epochs as (
    select order_key, max(known_from) as last_epoch
    from {{ ref('int_order_epochs') }}
    group by order_key
),

ranked as (
    select
        obligation_no,
        row_number() over (partition by obligation_key order by epoch desc) as recency
    from {{ ref('int_obligations') }}
),

latest as (
    select
        obligations.*,
        last_epochs.last_epoch
    from {{ ref('int_obligations') }} as obligations
    inner join ranked on obligations.obligation_no = ranked.obligation_no and ranked.recency = 1
    inner join last_epochs on obligations.order_key = last_epochs.order_key
),

shipment_lines as (
    select movements.line_group, movements.obligation_no, movements.reference as shipment_id
    from {{ ref('int_movements') }} as movements
    where movements.place = 'shipped'
),

-- Not by count(distinct): two of them over many small groups take gigabytes on Sail.
carried as (
    select
        latest.obligation_no,
        min(shipments.transport_mode) as transport_mode,
        max(shipments.transport_mode) as last_transport_mode,
        min(shipments.carrier_id) as carrier_id,
        max(shipments.carrier_id) as last_carrier_id
    from latest
    inner join shipment_lines
        on
            latest.line_group = shipment_lines.line_group
            and latest.obligation_no = coalesce(shipment_lines.obligation_no, latest.obligation_no)
    inner join {{ ref('stg_shipments') }} as shipments
        on
            latest.source_system = shipments.source_system
            and shipment_lines.shipment_id = shipments.shipment_id
            and latest.epoch >= shipments.known_from
            and latest.epoch < shipments.known_to
    group by latest.obligation_no
),

described as (
    select
        latest.*,
        latest.epoch < latest.last_epoch as is_deleted,
        case
            when carried.transport_mode <> carried.last_transport_mode then 'several' else carried.transport_mode
        end as transport_mode,
        case
            when carried.carrier_id <> carried.last_carrier_id then 'several' else carried.carrier_id
        end as carrier_id,
        carried.obligation_no is not null as is_shipped,
        coalesce(
            latest.received_at, {{ local_day_start('latest.received_date', 'latest.destination_zone') }}
        ) as judged_at
    from latest
    left join carried on latest.obligation_no = carried.obligation_no
)

select * from described
