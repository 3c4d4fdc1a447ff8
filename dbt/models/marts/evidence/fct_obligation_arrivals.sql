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
    select movement_no, obligation_no, 'any' as promise, quantity
    from movements
    where obligation_no is not null
    union all
    select movement_no, obligation_no, promise, quantity
    from {{ ref('int_line_fills') }}
    where quantity is null or quantity > 0
),

arrivals as (
    select
        {{ surrogate_key([
            'obligations.obligation_key', 'obligations.epoch', 'movements.place', 'allotted.promise', 'movements.row_key'
        ]) }} as arrival_key,
        obligations.source_system,
        obligations.order_key,
        obligations.obligation_key,
        movements.place,
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
        case movements.place
            when 'delivered' then 'deliveries' when 'shipped' then 'shipment_lines' else 'receipts'
        end as source_entity,
        movements.row_key,
        movements.other_row_key,
        obligations.epoch as known_from,
        obligations.known_to
    from allotted
    inner join movements on allotted.movement_no = movements.movement_no
    inner join {{ ref('int_obligations') }} as obligations on allotted.obligation_no = obligations.obligation_no
)

select * from arrivals
