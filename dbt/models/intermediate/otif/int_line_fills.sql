with

movements as (
    select * from {{ ref('int_movements') }}
),

named as (
    select epoch, obligation_key, place, sum(quantity) as quantity
    from movements
    where obligation_key is not null
    group by epoch, obligation_key, place
),

unnamed_lines as (
    select distinct epoch, line_key, place
    from movements
    where obligation_key is null
),

obligations as (
    select epoch, line_key, obligation_key, schedule_no from {{ ref('int_obligations') }}
),

open_capacity as (
    select
        obligations.epoch,
        obligations.line_key,
        obligations.obligation_key,
        unnamed_lines.place,
        promises.promise,
        greatest(coalesce(promises.promise_quantity, 0) - coalesce(named.quantity, 0), 0) as capacity,
        row_number() over due_first as fill_position,
        count(*) over (
            partition by obligations.epoch, obligations.line_key, unnamed_lines.place, promises.promise
        ) as fill_positions
    from unnamed_lines
    inner join obligations
        on unnamed_lines.epoch = obligations.epoch and unnamed_lines.line_key = obligations.line_key
    inner join {{ ref('int_promises') }} as promises
        on
            obligations.epoch = promises.epoch
            and obligations.obligation_key = promises.obligation_key
            and promises.promised_to = {{ end_of_time() }}
    left join named
        on
            obligations.epoch = named.epoch
            and obligations.obligation_key = named.obligation_key
            and unnamed_lines.place = named.place
    window due_first as (
        partition by obligations.epoch, obligations.line_key, unnamed_lines.place, promises.promise
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
        partition by epoch, line_key, place, promise order by fill_position
        rows between unbounded preceding and current row
    )
),

arrivals as (
    select
        *,
        sum(quantity) over arriving - quantity as arrives_from,
        sum(quantity) over arriving as arrives_to
    from movements
    where obligation_key is null
    window arriving as (
        partition by epoch, line_key, place order by arrived_from, row_key
        rows between unbounded preceding and current row
    )
),

fills as (
    select
        arrivals.epoch,
        arrivals.order_key,
        capacity.obligation_key,
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
        ) as quantity,
        arrivals.reference,
        arrivals.row_key
    from arrivals
    inner join capacity
        on
            arrivals.epoch = capacity.epoch
            and arrivals.line_key = capacity.line_key
            and arrivals.place = capacity.place
    where
        arrivals.quantity is null
        or least(arrivals.arrives_to, capacity.fills_to) > greatest(arrivals.arrives_from, capacity.fills_from)
)

select * from fills
