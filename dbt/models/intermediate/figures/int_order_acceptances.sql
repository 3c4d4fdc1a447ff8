{%- set cancelled = event_instant(
    'obligations.cancelled_at', 'obligations.cancelled_date', 'obligations.destination_zone'
) -%}
with

obligations as (
    select
        obligations.source_system,
        obligations.order_key,
        obligations.obligation_key,
        obligations.ordered_quantity,
        {{ cancelled }} as cancelled_at,
        coalesce(
            obligations.cancelled_date >= {{ local_date('orders.cancelled_at', 'orders.company_zone') }},
            {{ cancelled }} >= orders.cancelled_at,
            false
        ) as is_cancelled_with_order
    from {{ ref('fct_order_obligations') }} as obligations
    left join {{ ref('int_order_facts') }} as orders on obligations.order_key = orders.order_key
    where not obligations.is_deleted
),

-- What the customer no longer wants of an obligation is settled from then on, like a cancelled rest.
customer_quantities as (
    select
        obligation_key,
        new_quantity,
        counts_from,
        row_number() over (partition by obligation_key order by counts_from desc, new_quantity asc) as recency
    from {{ ref('fct_obligation_changes') }}
    where known_to = {{ end_of_time() }} and initiator = 'customer' and new_quantity is not null
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

reached as (
    select
        obligations.obligation_key,
        {% for name, needed in [('ordered', 'obligations.ordered_quantity'), ('enough', 'reduced.new_quantity')] -%}
        min(case when delivered.running_quantity >= {{ needed }} then delivered.counts_from end) as {{ name }}_at,
        min(case when delivered.running_quantity >= {{ needed }} then delivered.arrived_date end) as {{ name }}_date,
        {% endfor -%}
        reduced.counts_from as reduced_at
    from obligations
    inner join delivered on obligations.obligation_key = delivered.obligation_key
    left join customer_quantities as reduced
        on
            obligations.obligation_key = reduced.obligation_key
            and reduced.recency = 1
            and reduced.new_quantity > 0
            and obligations.ordered_quantity > reduced.new_quantity
    group by obligations.obligation_key, reduced.counts_from
),

accepted as (
    select
        obligation_key,
        case when is_reduced then enough_at else ordered_at end as accepted_at,
        case when is_reduced then enough_date else ordered_date end as accepted_date,
        case when is_reduced then greatest(enough_at, reduced_at) else ordered_at end as settled_at
    from (
        select *, enough_at is not null and coalesce(ordered_at > reduced_at, true) as is_reduced from reached
    ) as reached
),

judged as (
    select
        obligations.source_system,
        obligations.order_key,
        obligations.cancelled_at,
        obligations.is_cancelled_with_order,
        shipped.shipped_at,
        accepted.accepted_at,
        accepted.accepted_date,
        accepted.settled_at,
        obligations.cancelled_at is not null
        and coalesce(accepted.settled_at > obligations.cancelled_at, true) as is_cancelled
    from obligations
    left join shipped on obligations.obligation_key = shipped.obligation_key
    left join accepted on obligations.obligation_key = accepted.obligation_key
),

settled as (
    select
        source_system,
        order_key,
        shipped_at,
        is_cancelled,
        is_cancelled and is_cancelled_with_order as is_cancelled_with_order,
        case when not is_cancelled then accepted_at end as accepted_at,
        case when not is_cancelled then accepted_date end as accepted_date,
        case when is_cancelled then cancelled_at else settled_at end as settled_at
    from judged
),

-- An order is cancelled with the last of its obligations, or as a whole while any of them is open.
summed as (
    select
        source_system,
        order_key,
        min(shipped_at) as shipped_at,
        max(accepted_at) as accepted_at,
        max(accepted_date) as accepted_date,
        case when count(*) = count(settled_at) then max(settled_at) end as settled_at,
        min(case when is_cancelled then 1 else 0 end) = 1
        or max(case when is_cancelled_with_order then 1 else 0 end) = 1 as is_cancelled
    from settled
    group by source_system, order_key
),

-- What was accepted last may have been all that is left only once the rest was cancelled.
described as (
    select
        source_system,
        order_key,
        shipped_at,
        case when settled_at is not null and not is_cancelled then accepted_at end as accepted_at,
        case when settled_at is not null and not is_cancelled then accepted_date end as accepted_date,
        case when not is_cancelled then settled_at end as closed_at,
        case when is_cancelled then settled_at end as cancelled_at
    from summed
)

select * from described
