with

arrivals as (
    select
        epoch, order_key, obligation_key, place, promises.promise, arrived_from, arrived_date, quantity, reference, row_key
    from {{ ref('int_movements') }}
    cross join (
        select distinct promise from {{ ref('otif_definitions') }}
    ) as promises
    where obligation_key is not null
    union all
    select
        epoch, order_key, obligation_key, place, promise, arrived_from, arrived_date, quantity, reference, row_key
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
