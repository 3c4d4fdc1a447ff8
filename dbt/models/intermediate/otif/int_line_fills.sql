with

movements as (
    select * from {{ ref('int_movements') }}
),

named as (
    select obligation_no, place, sum(quantity) as quantity
    from movements
    where obligation_no is not null
    group by obligation_no, place
),

unnamed_lines as (
    select distinct line_group, place
    from movements
    where obligation_no is null
),

obligations as (
    select line_group, obligation_no, schedule_no from {{ ref('int_obligations') }}
),

open_capacity as (
    select
        obligations.line_group,
        obligations.obligation_no,
        unnamed_lines.place,
        promises.promise,
        greatest(coalesce(promises.promise_quantity, 0) - coalesce(named.quantity, 0), 0) as capacity,
        row_number() over due_first as fill_position,
        count(*) over (
            partition by obligations.line_group, unnamed_lines.place, promises.promise
        ) as fill_positions
    from unnamed_lines
    inner join obligations on unnamed_lines.line_group = obligations.line_group
    inner join {{ ref('int_promises') }} as promises
        on obligations.obligation_no = promises.obligation_no and promises.promised_to = {{ end_of_time() }}
    left join named
        on obligations.obligation_no = named.obligation_no and unnamed_lines.place = named.place
    window due_first as (
        partition by obligations.line_group, unnamed_lines.place, promises.promise
        order by promises.promise_date nulls last, obligations.schedule_no
    )
),

capacity as (
    select
        *,
        sum(capacity) over filling - capacity as fills_from,
        case
            when fill_position = fill_positions then cast(1000000000000000000 as decimal(38, 6))
            else sum(capacity) over filling
        end as fills_to
    from open_capacity
    window filling as (
        partition by line_group, place, promise order by fill_position
        rows between unbounded preceding and current row
    )
),

arrivals as (
    select
        *,
        sum(quantity) over arriving - quantity as arrives_from,
        sum(quantity) over arriving as arrives_to
    from movements
    where obligation_no is null
    window arriving as (
        partition by line_group, place order by arrived_from, row_key
        rows between unbounded preceding and current row
    )
),

-- What brought nothing stands with the obligation that the next unit would have filled.
fills as (
    select
        arrivals.movement_no,
        capacity.obligation_no,
        arrivals.place,
        capacity.promise,
        arrivals.arrived_from,
        arrivals.arrived_date,
        cast(
            case
                when arrivals.quantity is not null
                    then
                        least(arrivals.arrives_to, capacity.fills_to)
                        - greatest(arrivals.arrives_from, capacity.fills_from)
            end as decimal(18, 6)
        ) as quantity
    from arrivals
    inner join capacity
        on arrivals.line_group = capacity.line_group and arrivals.place = capacity.place
    where
        arrivals.quantity is null
        or (
            arrivals.quantity = 0
            and arrivals.arrives_to >= capacity.fills_from and arrivals.arrives_to < capacity.fills_to
        )
        or least(arrivals.arrives_to, capacity.fills_to) > greatest(arrivals.arrives_from, capacity.fills_from)
)

select * from fills
