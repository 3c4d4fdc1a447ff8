with

months as (
    select
        year * 12 + month as month_no,
        min(day) as first_day,
        max(day) as last_day
    from {{ ref('dim_dates') }}
    where day is not null
    group by year, month
),

ends as (
    select
        sources.source_system,
        sources.as_of_date,
        sources.as_of_at,
        sources.last_extracted_at,
        months.month_no,
        months.first_day,
        months.last_day,
        {{ local_day_end(
            'months.last_day', "coalesce(context.default_zone, context.only_site_zone, 'Etc/UTC')"
        ) }} as ended_at
    from {{ source('raw', 'sources') }} as sources
    inner join {{ ref('int_source_context') }} as context on sources.source_system = context.source_system
    cross join months
)

select
    source_system,
    month_no,
    first_day,
    last_day,
    ended_at,
    coalesce(as_of_date >= last_day, false) or coalesce(as_of_at >= ended_at, false) as is_by_as_of
from ends
where as_of_date >= last_day or as_of_at >= ended_at or last_extracted_at >= ended_at
