{#- Work is told in seconds, so that what a rate per minute makes of it is exact up to the last rounding. -#}
with

orders as (
    select
        facts.order_key,
        facts.source_system,
        facts.company_zone,
        coalesce(facts.channel, '') as channel,
        coalesce(sites.site_id, '') as site_id,
        facts.received_at
    from {{ ref('int_order_facts') }} as facts
    left join {{ ref('int_order_sites') }} as sites on facts.order_key = sites.order_key
    where facts.received_at is not null
),

told as (
    select
        order_key,
        'labour' as component,
        'passage' as cost_basis,
        step as activity,
        exited_at as counts_from,
        cast(null as decimal(28, 6)) as seconds
    from {{ ref('int_step_passages') }}
    where is_exited_by_human
    union all
    select
        order_key,
        'error correction' as component,
        'minute' as cost_basis,
        'rework' as activity,
        worked_at as counts_from,
        cast(work_minutes as decimal(28, 6)) * 60 as seconds
    from {{ ref('int_exception_minutes') }}
    union all
    select
        order_key,
        'outsourced' as component,
        'order' as cost_basis,
        '' as activity,
        received_at as counts_from,
        cast(null as decimal(28, 6)) as seconds
    from orders
),

work as (
    select
        told.*,
        orders.source_system,
        orders.channel,
        orders.site_id,
        {{ local_date('told.counts_from', 'orders.company_zone') }} as worked_on
    from told
    inner join orders on told.order_key = orders.order_key
),

asked as (
    select distinct source_system, component, cost_basis, activity, channel, site_id, worked_on from work
),

ranked as (
    select
        asked.*,
        rates.cost_amount,
        rates.currency,
        row_number() over (
            partition by
                asked.source_system, asked.component, asked.cost_basis, asked.activity, asked.channel, asked.site_id,
                asked.worked_on
            order by
                case when rates.site_id is null then 1 else 0 end,
                case when rates.activity is null then 1 else 0 end,
                case when rates.channel is null then 1 else 0 end,
                rates.valid_from desc
        ) as preference
    from asked
    inner join {{ ref('int_cost_rates') }} as rates
        on
            asked.source_system = rates.source_system
            and asked.component = rates.component
            and asked.cost_basis = rates.cost_basis
            and asked.activity = coalesce(rates.activity, asked.activity)
            and asked.channel = coalesce(rates.channel, asked.channel)
            and asked.site_id = coalesce(rates.site_id, asked.site_id)
            and asked.worked_on between rates.valid_from and rates.valid_to
),

priced as (
    select
        work.source_system,
        work.order_key,
        work.component,
        work.counts_from,
        ranked.currency,
        case
            when work.cost_basis in ('order', 'passage') then ranked.cost_amount
            else cast({{ quotient('(work.seconds * ranked.cost_amount)', '60') }} as decimal(28, 6))
        end as amount
    from work
    inner join ranked
        on
            work.source_system = ranked.source_system
            and work.component = ranked.component
            and work.cost_basis = ranked.cost_basis
            and work.activity = ranked.activity
            and work.channel = ranked.channel
            and work.site_id = ranked.site_id
            and work.worked_on = ranked.worked_on
            and ranked.preference = 1
),

costs as (
    select
        source_system,
        order_key,
        component,
        counts_from,
        currency,
        cast(sum(amount) as decimal(28, 6)) as amount
    from priced
    group by source_system, order_key, component, counts_from, currency
)

select * from costs
where amount > 0
