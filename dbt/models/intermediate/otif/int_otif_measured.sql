{#- Sums what had arrived by each instant; nothing is joined to a movement before it is added up. -#}
with

instants as (
    select * from {{ ref('int_otif_instants') }}
),

windows as (
    select * from {{ ref('int_otif_windows') }}
),

arrivals as (
    select * from {{ ref('int_arrivals') }}
),

measured as (
    select
        instants.epoch,
        instants.obligation_key,
        instants.definition_id,
        instants.valid_from,
        count(*) as arrivals,
        count(arrivals.quantity) as arrivals_with_quantity,
        count(arrivals.arrived_date) as arrivals_with_date,
        sum(arrivals.quantity) as arrived_quantity,
        coalesce(
            sum(
                case
                    when
                        arrivals.arrived_date <= windows.due_date
                        and (windows.window_opens_date is null or arrivals.arrived_date >= windows.window_opens_date)
                        then arrivals.quantity
                end
            ), 0
        ) as inside_quantity,
        min(
            case when arrivals.running_quantity >= windows.required_quantity then arrivals.arrived_date end
        ) as completed_date,
        min(arrivals.arrived_date) as first_arrival_date,
        max(arrivals.arrived_date) as last_arrival_date
    from instants
    inner join windows
        on
            instants.epoch = windows.epoch
            and instants.obligation_key = windows.obligation_key
            and instants.definition_id = windows.definition_id
            and instants.valid_from >= windows.promised_from
            and instants.valid_from < windows.promised_to
    inner join arrivals
        on
            instants.epoch = arrivals.epoch
            and instants.obligation_key = arrivals.obligation_key
            and windows.promise = arrivals.promise
            and windows.place = arrivals.place
            and instants.valid_from >= arrivals.arrived_from
            and (windows.in_full_mode = 'cumulative' or arrivals.arrival_rank = 1)
    group by instants.epoch, instants.obligation_key, instants.definition_id, instants.valid_from
)

select * from measured
