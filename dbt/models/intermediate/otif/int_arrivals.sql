with

movements as (
    select * from {{ ref('int_movements') }}
    where obligation_key is not null
),

kinds as (
    select distinct promise from {{ ref('otif_definitions') }}
),

arrivals as (
    select
        movements.epoch,
        movements.order_key,
        movements.obligation_key,
        movements.place,
        kinds.promise,
        movements.arrived_from,
        movements.arrived_date,
        movements.quantity,
        movements.reference,
        movements.row_key
    from movements
    cross join kinds
    union all
    select
        epoch,
        order_key,
        obligation_key,
        place,
        promise,
        arrived_from,
        arrived_date,
        quantity,
        reference,
        row_key
    from {{ ref('int_line_fills') }}
),

counted as (
    select
        *,
        sum(quantity) over arriving as running_quantity,
        dense_rank() over arriving as arrival_rank
    from arrivals
    window arriving as (
        partition by epoch, obligation_key, place, promise order by arrived_from
    )
)

select * from counted
