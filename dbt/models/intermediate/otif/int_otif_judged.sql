with

spans as (
    select
        instants.valid_from,
        instants.valid_to,
        windows.*
    from {{ ref('int_otif_instants') }} as instants
    inner join {{ ref('int_otif_windows') }} as windows
        on
            instants.epoch = windows.epoch
            and instants.obligation_key = windows.obligation_key
            and instants.definition_id = windows.definition_id
            and instants.valid_from >= windows.promised_from
            and instants.valid_from < windows.promised_to
),

first_shipped as (
    select epoch, obligation_key, min(arrived_from) as shipped_from
    from {{ ref('int_arrivals') }}
    where place = 'shipped'
    group by epoch, obligation_key
),

measured as (
    select
        spans.*,
        coalesce(measured.arrivals, 0) as arrivals,
        coalesce(measured.arrivals_with_quantity, 0) as arrivals_with_quantity,
        coalesce(measured.arrivals_with_date, 0) as arrivals_with_date,
        coalesce(measured.arrived_quantity, 0) as arrived_quantity,
        coalesce(measured.inside_quantity, 0) as inside_quantity,
        measured.completed_date,
        measured.first_arrival_date,
        measured.last_arrival_date,
        coalesce(spans.cancelled_from <= spans.valid_from, false) as is_cancelled,
        coalesce(first_shipped.shipped_from <= spans.valid_from, false) as is_shipped
    from spans
    left join {{ ref('int_otif_measured') }} as measured
        on
            spans.epoch = measured.epoch
            and spans.obligation_key = measured.obligation_key
            and spans.definition_id = measured.definition_id
            and spans.valid_from = measured.valid_from
    left join first_shipped
        on spans.epoch = first_shipped.epoch and spans.obligation_key = first_shipped.obligation_key
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
