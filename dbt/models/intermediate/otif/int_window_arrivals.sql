with

windows as (
    select window_no, epoch, obligation_key, promise, place, in_full_mode from {{ ref('int_otif_windows') }}
),

arrivals as (
    select * from {{ ref('int_arrivals') }}
),

met as (
    select
        windows.window_no,
        arrivals.arrived_from,
        arrivals.arrived_date,
        arrivals.quantity,
        arrivals.running_quantity,
        arrivals.place = windows.place
        and (windows.in_full_mode = 'cumulative' or arrivals.arrival_rank = 1) as is_counted,
        arrivals.place = 'shipped' as is_shipment
    from windows
    inner join arrivals
        on
            windows.epoch = arrivals.epoch
            and windows.obligation_key = arrivals.obligation_key
            and windows.promise = arrivals.promise
            and (windows.place = arrivals.place or arrivals.place = 'shipped')
)

select * from met
