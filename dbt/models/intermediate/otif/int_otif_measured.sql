{#- Sums what had arrived by each instant; nothing is joined to a movement before it is added up. -#}
with

instants as (
    select window_no, valid_from from {{ ref('int_otif_instants') }}
),

windows as (
    select window_no, due_date, window_opens_date, required_quantity from {{ ref('int_otif_windows') }}
),

arrivals as (
    select * from {{ ref('int_window_arrivals') }}
),

measured as (
    select
        instants.window_no,
        instants.valid_from,
        sum(case when arrivals.is_counted then 1 else 0 end) as arrivals,
        count(case when arrivals.is_counted then arrivals.quantity end) as arrivals_with_quantity,
        count(case when arrivals.is_counted then arrivals.arrived_date end) as arrivals_with_date,
        sum(case when arrivals.is_counted then arrivals.quantity end) as arrived_quantity,
        coalesce(
            sum(
                case
                    when
                        arrivals.is_counted
                        and arrivals.arrived_date <= windows.due_date
                        and (windows.window_opens_date is null or arrivals.arrived_date >= windows.window_opens_date)
                        then arrivals.quantity
                end
            ), 0
        ) as inside_quantity,
        min(
            case
                when arrivals.is_counted and arrivals.running_quantity >= windows.required_quantity
                    then arrivals.arrived_date
            end
        ) as completed_date,
        min(case when arrivals.is_counted then arrivals.arrived_date end) as first_arrival_date,
        max(case when arrivals.is_counted then arrivals.arrived_date end) as last_arrival_date,
        max(case when arrivals.is_shipment then 1 else 0 end) = 1 as is_shipped
    from instants
    inner join arrivals
        on
            instants.window_no = arrivals.window_no
            and instants.valid_from >= arrivals.arrived_from
    inner join windows on instants.window_no = windows.window_no
    group by instants.window_no, instants.valid_from
)

select * from measured
