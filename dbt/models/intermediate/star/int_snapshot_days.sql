{#- Days at whose end open things are counted: every month's last day, and the last four weeks before the as-of. -#}
with

spans as (
    select
        sources.source_system,
        {{ company_zone('context') }} as company_zone,
        case
            when sources.as_of_kind = 'date' then sources.as_of_date
            else {{ add_days(local_date('sources.as_of_at', company_zone('context')), -1) }}
        end as last_day
    from {{ ref('dim_sources') }} as sources
    inner join {{ ref('int_source_context') }} as context on sources.source_system = context.source_system
),

begun as (
    select source_system, min(begins_on) as first_day
    from (
        select source_system, min(received_date) as begins_on
        from {{ ref('int_order_facts') }}
        group by source_system
        union all
        select source_system, min({{ local_date('released_at', 'site_zone') }}) as begins_on
        from {{ ref('int_purchase_line_facts') }}
        group by source_system
    ) as firsts
    group by source_system
),

days as (
    select
        spans.source_system,
        spans.company_zone,
        dates.day,
        dates.day = {{ month_end('dates.day') }} as is_month_end
    from spans
    inner join begun on spans.source_system = begun.source_system
    inner join {{ ref('dim_dates') }} as dates
        on
            begun.first_day <= dates.day
            and spans.last_day >= dates.day
            and (
                dates.day = {{ month_end('dates.day') }}
                or {{ days_between('dates.day', 'spans.last_day') }} < 28
            )
)

select * from days
