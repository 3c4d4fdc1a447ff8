{{ config(materialized='view') }}

with

roots as (
    select * from {{ ref('int_line_roots') }}
),

shipment_lines as (
    select * from {{ ref('int_shipment_line_versions') }}
),

orders as (
    select orders.*, roots.line_key, roots.line_no
    from {{ ref('stg_orders') }} as orders
    inner join roots
        on orders.source_system = roots.source_system and orders.order_id = roots.order_id
),

lines as (
    select lines.*, roots.line_key
    from {{ ref('stg_order_lines') }} as lines
    inner join roots
        on
            lines.source_system = roots.source_system
            and lines.order_id = roots.order_id
            and lines.line_no = roots.line_no
),

changes as (
    select changes.*, roots.line_key, roots.is_continuation
    from {{ ref('stg_commitment_changes') }} as changes
    inner join roots
        on
            changes.source_system = roots.source_system
            and changes.order_id = roots.order_id
            and changes.line_no = roots.line_no
    where changes.side = 'sales'
),

received as (
    select
        line_key, cast(null as string) as schedule_no, 'received' as event_kind, received_at as occurred_at,
        received_date as occurred_date, 'customer' as initiator, cast(null as decimal(18, 6)) as quantity,
        cast(null as date) as old_date, cast(null as date) as new_date, channel as detail, order_id as reference,
        'orders' as source_entity, source_file, source_line, batch_id, known_from, known_to
    from orders
    where (received_at is not null or received_date is not null)
),

cancelled as (
    select
        line_key, cast(null as string) as schedule_no, 'cancelled' as event_kind, cancelled_at as occurred_at,
        cancelled_date as occurred_date, cancelled_by as initiator, cast(null as decimal(18, 6)) as quantity,
        cast(null as date) as old_date, cast(null as date) as new_date, 'order' as detail, order_id as reference,
        'orders' as source_entity, source_file, source_line, batch_id, known_from, known_to
    from orders
    where (cancelled_at is not null or cancelled_date is not null)
    union all
    select
        line_key, cast(null as string) as schedule_no, 'cancelled' as event_kind, cancelled_at as occurred_at,
        cancelled_date as occurred_date, cancelled_by as initiator, quantity,
        cast(null as date) as old_date, cast(null as date) as new_date, 'line' as detail, order_id as reference,
        'order_lines' as source_entity, source_file, source_line, batch_id, known_from, known_to
    from lines
    where (cancelled_at is not null or cancelled_date is not null)
),

committed as (
    select
        line_key, case when not is_continuation then schedule_no end as schedule_no,
        case when old_date is null then 'first_committed' else 'changed' end as event_kind,
        changed_at as occurred_at, changed_date as occurred_date, initiator, new_quantity as quantity,
        old_date, new_date, reason as detail, order_id as reference,
        'commitment_changes' as source_entity, source_file, source_line, batch_id, known_from, known_to
    from changes
),

shipped as (
    select
        shipment_lines.line_key,
        case when not shipment_lines.is_continuation then shipment_lines.schedule_no end as schedule_no,
        'shipped' as event_kind, shipments.shipped_at as occurred_at, shipments.shipped_date as occurred_date,
        'us' as initiator, shipment_lines.quantity, cast(null as date) as old_date, cast(null as date) as new_date,
        concat_ws(' ', shipments.carrier_id, shipments.transport_mode) as detail, shipments.shipment_id as reference,
        'shipments' as source_entity, shipments.source_file, shipments.source_line, shipments.batch_id,
        greatest(shipments.known_from, shipment_lines.known_from) as known_from,
        least(shipments.known_to, shipment_lines.known_to) as known_to
    from shipment_lines
    inner join {{ ref('stg_shipments') }} as shipments
        on
            shipment_lines.source_system = shipments.source_system
            and shipment_lines.shipment_id = shipments.shipment_id
            and shipments.known_from < shipment_lines.known_to
            and shipments.known_to > shipment_lines.known_from
),

delivered as (
    select
        line_key, case when not is_continuation then schedule_no end as schedule_no,
        'delivered' as event_kind, delivered_at as occurred_at, delivered_date as occurred_date,
        'us' as initiator, accepted_quantity as quantity, cast(null as date) as old_date,
        cast(null as date) as new_date,
        concat_ws(
            ', ',
            case when rejected_quantity > 0 then concat(cast(rejected_quantity as string), ' rejected') end,
            case when damaged_quantity > 0 then concat(cast(damaged_quantity as string), ' damaged') end,
            case when short_quantity > 0 then concat(cast(short_quantity as string), ' short') end
        ) as detail,
        delivery_id as reference,
        'deliveries' as source_entity, source_file, source_line, batch_id, known_from, known_to
    from {{ ref('int_delivery_versions') }}
)

select * from received
union all
select * from committed
union all
select * from shipped
union all
select * from delivered
union all
select * from cancelled
