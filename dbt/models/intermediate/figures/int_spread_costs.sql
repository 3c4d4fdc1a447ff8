{#- What a month costs, spread over its orders in millionths, so that the shares add up to it to the last digit. -#}
with

orders as (
    select
        facts.source_system,
        facts.order_key,
        facts.order_id,
        facts.channel,
        sites.site_id,
        facts.received_at,
        facts.company_zone,
        {{ month_start('facts.received_date') }} as month
    from {{ ref('int_order_facts') }} as facts
    left join {{ ref('int_order_sites') }} as sites on facts.order_key = sites.order_key
    where facts.received_at is not null
),

spans as (
    select source_system, min(month) as first_month, max(month) as last_month, min(company_zone) as company_zone
    from orders
    group by source_system
),

pools as (
    select
        spans.source_system,
        rates.component,
        rates.channel,
        rates.site_id,
        dates.day as month,
        spans.company_zone,
        rates.currency,
        cast(rates.cost_amount * 1000000 as bigint) as millionths,
        row_number() over (
            partition by spans.source_system, rates.component, rates.channel, rates.site_id, dates.day
            order by rates.valid_from desc
        ) as preference
    from spans
    inner join {{ ref('int_cost_rates') }} as rates on spans.source_system = rates.source_system
    inner join {{ ref('dim_dates') }} as dates
        on
            dates.day between spans.first_month and spans.last_month
            and dates.day between rates.valid_from and rates.valid_to
    where
        rates.component in ('systems', 'overhead')
        and rates.cost_basis = 'month'
        and rates.activity is null
        and dates.day = {{ month_start('dates.day') }}
),

shared as (
    select
        pools.*,
        orders.order_key,
        orders.received_at,
        count(orders.order_key) over (
            partition by pools.source_system, pools.component, pools.channel, pools.site_id, pools.month
        ) as sharers,
        row_number() over (
            partition by pools.source_system, pools.component, pools.channel, pools.site_id, pools.month
            order by orders.order_id
        ) as place
    from pools
    left join orders
        on
            pools.source_system = orders.source_system
            and pools.month = orders.month
            and coalesce(pools.channel, orders.channel, '') = coalesce(orders.channel, '')
            and coalesce(pools.site_id, orders.site_id, '') = coalesce(orders.site_id, '')
    where pools.preference = 1
),

shares as (
    select
        *,
        case
            when sharers = 0 then millionths
            else
                cast((millionths - millionths % sharers) / sharers as bigint)
                + case when place = 1 then millionths % sharers else 0 end
        end as share
    from shared
),

costs as (
    select
        source_system,
        component,
        channel,
        site_id,
        month,
        order_key,
        coalesce(received_at, {{ local_day_start('month', 'company_zone') }}) as counts_from,
        currency,
        cast(cast(share as decimal(22, 0)) * cast(0.000001 as decimal(6, 6)) as decimal(28, 6)) as amount
    from shares
)

select * from costs
where amount > 0
