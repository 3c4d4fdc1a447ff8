with

windows as (
    select
        window_no,
        greatest(promised_from, exists_from) as begins_at,
        promised_to as ends_at,
        due_from,
        cancelled_from
    from {{ ref('int_otif_windows') }}
    where promised_to > exists_from
),

instants as (
    select window_no, ends_at, begins_at as instant from windows
    union all
    select window_no, ends_at, due_from as instant from windows
    where due_from > begins_at and due_from < ends_at
    union all
    select window_no, ends_at, cancelled_from as instant from windows
    where cancelled_from > begins_at and cancelled_from < ends_at
    union all
    select windows.window_no, windows.ends_at, arrivals.arrived_from as instant
    from windows
    inner join {{ ref('int_window_arrivals') }} as arrivals on windows.window_no = arrivals.window_no
    where arrivals.arrived_from > windows.begins_at and arrivals.arrived_from < windows.ends_at
),

moments as (
    select distinct window_no, ends_at, instant as valid_from from instants
),

spans as (
    select
        window_no,
        valid_from,
        coalesce(lead(valid_from) over (partition by window_no order by valid_from), ends_at) as valid_to
    from moments
)

select * from spans
