with

obligations as (
    select
        source_system,
        order_key,
        obligation_key,
        ordered_quantity,
        {{ event_instant('cancelled_at', 'cancelled_date', 'destination_zone') }} as cancelled_at
    from {{ ref('fct_order_obligations') }}
    where not is_deleted
),

-- What names only the line is allotted by the day requested, as that promise holds the quantity ordered.
arrivals as (
    select obligation_key, place, counts_from, arrived_date, allotted_quantity
    from {{ ref('fct_obligation_arrivals') }}
    where
        known_to = {{ end_of_time() }}
        and promise in ('any', 'requested')
        and (arrived_at is not null or arrived_date is not null)
),

shipped as (
    select obligation_key, min(counts_from) as shipped_at
    from arrivals
    where place = 'shipped'
    group by obligation_key
),

delivered as (
    select
        obligation_key,
        counts_from,
        arrived_date,
        sum(allotted_quantity) over (partition by obligation_key order by counts_from) as running_quantity
    from arrivals
    where place = 'delivered'
),

accepted as (
    select
        obligations.obligation_key,
        min(delivered.counts_from) as accepted_at,
        min(delivered.arrived_date) as accepted_date
    from obligations
    inner join delivered on obligations.obligation_key = delivered.obligation_key
    where delivered.running_quantity >= obligations.ordered_quantity
    group by obligations.obligation_key
),

asked_to_wait as (
    select
        changes.obligation_key,
        changes.counts_from,
        {{ days_between('changes.old_date', 'changes.new_date') }} * 24 as asked_hours
    from {{ ref('fct_obligation_changes') }} as changes
    where
        changes.known_to = {{ end_of_time() }}
        and changes.initiator = 'customer'
        and changes.new_date > changes.old_date
),

judged as (
    select
        obligations.source_system,
        obligations.order_key,
        obligations.obligation_key,
        obligations.cancelled_at,
        shipped.shipped_at,
        accepted.accepted_at,
        accepted.accepted_date,
        obligations.cancelled_at is not null
        and coalesce(accepted.accepted_at > obligations.cancelled_at, true) as is_cancelled
    from obligations
    left join shipped on obligations.obligation_key = shipped.obligation_key
    left join accepted on obligations.obligation_key = accepted.obligation_key
),

ended as (
    select
        source_system,
        order_key,
        min(shipped_at) as shipped_at,
        case
            when count(case when not is_cancelled then 1 end) = count(case when not is_cancelled then accepted_at end)
                then max(case when not is_cancelled then accepted_at end)
        end as accepted_at,
        case
            when count(case when not is_cancelled then 1 end) = count(case when not is_cancelled then accepted_at end)
                then max(case when not is_cancelled then accepted_date end)
        end as accepted_date,
        case when min(case when is_cancelled then 1 else 0 end) = 1 then max(cancelled_at) end as cancelled_at
    from judged
    group by source_system, order_key
),

waited as (
    select
        judged.order_key,
        judged.obligation_key,
        sum(asked_to_wait.asked_hours) as waited_hours
    from asked_to_wait
    inner join judged on asked_to_wait.obligation_key = judged.obligation_key
    inner join ended on judged.order_key = ended.order_key
    where asked_to_wait.counts_from < coalesce(ended.accepted_at, {{ end_of_time() }})
    group by judged.order_key, judged.obligation_key
),

longest_waits as (
    select order_key, max(waited_hours) as waited_hours
    from waited
    group by order_key
),

described as (
    select
        ended.*,
        coalesce(longest_waits.waited_hours, 0) as waited_hours
    from ended
    left join longest_waits on ended.order_key = longest_waits.order_key
)

select * from described
