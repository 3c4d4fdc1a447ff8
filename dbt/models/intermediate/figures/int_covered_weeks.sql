with

orders as (
    select
        source_system,
        max(company_zone) as company_zone,
        min(received_date) as first_day,
        max(received_date) as last_day
    from {{ ref('int_order_facts') }}
    where received_date is not null
    group by source_system
),

weeks as (
    select
        orders.source_system,
        orders.company_zone,
        case
            when {{ week_start('orders.first_day') }} = orders.first_day then orders.first_day
            else {{ add_days(week_start('orders.first_day'), 7) }}
        end as first_whole_week,
        dates.day as week_start,
        {{ add_days('dates.day', 6) }} as last_day,
        {{ local_day_end(add_days('dates.day', 6), 'orders.company_zone') }} as ended_at
    from orders
    inner join {{ ref('dim_dates') }} as dates
        on orders.first_day <= {{ add_days('dates.day', 6) }} and orders.last_day >= dates.day
    where dates.iso_weekday = 1
)

select
    weeks.source_system,
    weeks.company_zone,
    weeks.first_whole_week,
    weeks.week_start,
    weeks.ended_at
from weeks
inner join {{ source('raw', 'sources') }} as sources on weeks.source_system = sources.source_system
where
    coalesce(sources.as_of_date, weeks.last_day) >= weeks.last_day
    and coalesce(sources.as_of_at, weeks.ended_at) >= weeks.ended_at
