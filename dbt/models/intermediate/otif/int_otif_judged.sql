{#- A view: it is read once, and written it would be the widest table of all. -#}
{{ config(materialized='view') }}

with

measured as (
    select
        spans.valid_from,
        spans.valid_to,
        windows.*,
        spans.arrivals,
        spans.arrivals_with_quantity,
        spans.arrivals_with_date,
        spans.arrived_quantity,
        spans.inside_quantity,
        spans.completed_date,
        spans.first_arrival_date,
        spans.last_arrival_date,
        coalesce(windows.cancelled_from <= spans.valid_from, false) as is_cancelled,
        coalesce(windows.shipped_from <= spans.valid_from, false) as is_shipped
    from {{ ref('int_otif_spans') }} as spans
    inner join {{ ref('int_otif_windows') }} as windows on spans.window_no = windows.window_no
),

tested as (
    select
        *,
        case
            when arrivals = 0 then false
            when arrivals_with_quantity > 0 then arrived_quantity >= required_quantity
        end as is_in_full,
        case
            when arrivals = 0 then false
            when arrivals_with_quantity > 0 and arrivals_with_date > 0 then inside_quantity >= required_quantity
        end as is_met,
        last_arrival_date <= due_date
        and (window_opens_date is null or last_arrival_date >= window_opens_date) as is_last_inside
    from measured
),

judged as (
    select
        *,
        case
            when
                is_cancelled and is_cancelled_by_receiver
                and (due_from is null or cancelled_from <= due_from)
                then 'cancelled'
            when promise_quantity = 0 and is_rebased then 'cancelled'
            when due_date is null or promise_quantity is null or promise_quantity = 0 then 'unknown'
            when due_from <= valid_from then 'due'
            else 'not_yet_due'
        end as due_status,
        case
            when arrivals = 0 then false
            when arrivals_with_date = 0 then cast(null as boolean)
            when is_in_full then is_met
            else is_last_inside
        end as is_on_time
    from tested
)

select * from judged
