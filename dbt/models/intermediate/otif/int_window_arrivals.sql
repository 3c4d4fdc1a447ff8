{#- A shipment without proof of delivery is a gap only where the source has proofs at all. -#}
with

windows as (
    select
        windows.window_no,
        windows.epoch,
        windows.obligation_key,
        windows.promise,
        windows.place,
        windows.in_full_mode,
        context.has_deliveries
    from {{ ref('int_otif_windows') }} as windows
    inner join {{ ref('int_source_context') }} as context on windows.source_system = context.source_system
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
            and (windows.place = arrivals.place or (windows.has_deliveries and arrivals.place = 'shipped'))
)

select * from met
