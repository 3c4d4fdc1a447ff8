{#- Each instant at which a verdict can change, with what had arrived by then; no movement is ever repeated. -#}
with

windows as (
    select
        window_no,
        obligation_no,
        promise,
        place,
        in_full_mode,
        greatest(promised_from, exists_from) as begins_at,
        promised_to as ends_at,
        due_date,
        window_opens_date,
        required_quantity,
        due_from,
        cancelled_from,
        case
            when shipped_from is not null and due_from is not null then greatest(shipped_from, due_from)
        end as overdue_shipped_from
    from {{ ref('int_otif_windows') }}
),

turns as (
    {% for turn in ['begins_at', 'due_from', 'cancelled_from', 'overdue_shipped_from'] -%}
    select window_no, ends_at, {{ turn }} as instant from windows
    {% if turn != 'begins_at' -%}
    where {{ turn }} > begins_at and {{ turn }} < ends_at
    {% endif -%}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

arrivals as (
    select
        windows.window_no,
        windows.ends_at,
        greatest(arrivals.arrived_from, windows.begins_at) as instant,
        arrivals.arrived_date,
        arrivals.quantity,
        case
            when
                arrivals.arrived_date <= windows.due_date
                and (windows.window_opens_date is null or arrivals.arrived_date >= windows.window_opens_date)
                then arrivals.quantity
        end as inside_quantity,
        case
            when arrivals.running_quantity >= windows.required_quantity then arrivals.arrived_date
        end as completed_date
    from windows
    inner join {{ ref('int_arrivals') }} as arrivals
        on
            windows.obligation_no = arrivals.obligation_no
            and windows.place = arrivals.place
            and arrivals.promise in ('any', windows.promise)
    where
        arrivals.arrived_from < windows.ends_at
        and (windows.in_full_mode = 'cumulative' or arrivals.arrival_rank = 1)
),

events as (
    select
        window_no,
        ends_at,
        instant,
        0 as arrival,
        cast(null as date) as arrived_date,
        cast(null as decimal(18, 6)) as quantity,
        cast(null as decimal(18, 6)) as inside_quantity,
        cast(null as date) as completed_date
    from turns
    union all
    select
        window_no,
        ends_at,
        instant,
        1 as arrival,
        arrived_date,
        quantity,
        inside_quantity,
        completed_date
    from arrivals
),

so_far as (
    select
        window_no,
        ends_at,
        instant as valid_from,
        lead(instant) over passing as following,
        cast(sum(arrival) over passing as integer) as arrivals,
        cast(count(quantity) over passing as integer) as arrivals_with_quantity,
        cast(count(arrived_date) over passing as integer) as arrivals_with_date,
        coalesce(sum(quantity) over passing, 0) as arrived_quantity,
        coalesce(sum(inside_quantity) over passing, 0) as inside_quantity,
        min(completed_date) over passing as completed_date,
        min(arrived_date) over passing as first_arrival_date,
        max(arrived_date) over passing as last_arrival_date
    from events
    window passing as (partition by window_no order by instant)
),

-- Of what falls on one instant, the last row has seen it all.
spans as (
    select
        window_no,
        valid_from,
        coalesce(following, ends_at) as valid_to,
        arrivals,
        arrivals_with_quantity,
        arrivals_with_date,
        arrived_quantity,
        inside_quantity,
        completed_date,
        first_arrival_date,
        last_arrival_date
    from so_far
    where following is null or following > valid_from
)

select * from spans
