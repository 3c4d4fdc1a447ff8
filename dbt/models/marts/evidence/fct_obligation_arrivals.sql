-- depends_on: {{ ref('int_affected_orders') }}
{{ config(
    materialized=fact_materialization(), incremental_strategy='append', pre_hook="{{ forget_affected_orders() }}"
) }}

with

movements as (
    select * from {{ ref('int_movements') }}
),

-- What names its obligation counts under every promise; what names only the line is allotted promise by promise.
allotted as (
    select epoch, order_key, obligation_key, place, 'any' as promise, quantity, row_key
    from movements
    where obligation_key is not null
    union all
    select epoch, order_key, obligation_key, place, promise, quantity, row_key
    from {{ ref('int_line_fills') }}
),

arrivals as (
    select
        {{ surrogate_key([
            'allotted.obligation_key', 'allotted.epoch', 'allotted.place', 'allotted.promise', 'allotted.row_key'
        ]) }} as arrival_key,
        obligations.source_system,
        allotted.order_key,
        allotted.obligation_key,
        allotted.place,
        allotted.promise,
        movements.moved_at as arrived_at,
        movements.arrived_date,
        movements.arrived_from as counts_from,
        cast(allotted.quantity as decimal(18, 6)) as allotted_quantity,
        cast(movements.quantity as decimal(18, 6)) as accepted_quantity,
        cast(movements.told_quantity as decimal(18, 6)) as told_quantity,
        cast(movements.rejected_quantity as decimal(18, 6)) as rejected_quantity,
        cast(movements.damaged_quantity as decimal(18, 6)) as damaged_quantity,
        cast(movements.short_quantity as decimal(18, 6)) as short_quantity,
        movements.reference,
        case allotted.place
            when 'delivered' then 'deliveries' when 'shipped' then 'shipment_lines' else 'receipts'
        end as source_entity,
        allotted.row_key,
        movements.other_row_key,
        allotted.epoch as known_from,
        epochs.known_to
    from allotted
    inner join movements
        on
            allotted.order_key = movements.order_key
            and allotted.epoch = movements.epoch
            and allotted.place = movements.place
            and allotted.row_key = movements.row_key
    inner join {{ ref('int_obligations') }} as obligations
        on allotted.epoch = obligations.epoch and allotted.obligation_key = obligations.obligation_key
    inner join {{ ref('int_order_epochs') }} as epochs
        on allotted.order_key = epochs.order_key and allotted.epoch = epochs.known_from
)

select * from arrivals
