with

movements as (
    select * from {{ ref('int_movements') }}
),

-- Where a movement names only the line, what arrived for an obligation depends on the promise it is allotted by.
unnamed_lines as (
    select distinct line_group, place
    from movements
    where obligation_no is null
),

kinds as (
    select distinct promise from {{ ref('otif_definitions') }}
),

allotted_lines as (
    select
        unnamed_lines.line_group,
        unnamed_lines.place,
        kinds.promise
    from unnamed_lines
    cross join kinds
),

arrivals as (
    select
        movements.obligation_no,
        movements.place,
        coalesce(allotted_lines.promise, 'any') as promise,
        movements.arrived_from,
        movements.arrived_date,
        movements.quantity
    from movements
    left join allotted_lines
        on movements.line_group = allotted_lines.line_group and movements.place = allotted_lines.place
    where movements.obligation_no is not null
    union all
    select
        obligation_no,
        place,
        promise,
        arrived_from,
        arrived_date,
        quantity
    from {{ ref('int_line_fills') }}
    where quantity is null or quantity > 0
),

counted as (
    select
        *,
        sum(quantity) over arriving as running_quantity,
        dense_rank() over arriving as arrival_rank
    from arrivals
    window arriving as (
        partition by obligation_no, place, promise order by arrived_from
    )
)

select * from counted
