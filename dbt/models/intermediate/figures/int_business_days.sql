{#- The days of every calendar that a span follows, in the zone it is followed in. -#}
with

followed as (
    select source_system, calendar_id as calendar_key, started_at, ended_at from {{ ref('int_promise_spans') }}
),

needed as (
    select
        source_system,
        cast(min(started_at) as date) as first_day,
        cast(max(greatest(started_at, coalesce(ended_at, started_at))) as date) as last_day
    from followed
    group by source_system
),

calendars as (
    select distinct
        lines.source_system,
        concat(coalesce(lines.calendar_id, 'none'), '|', lines.site_zone) as calendar_key,
        lines.calendar_id,
        lines.site_zone as zone
    from {{ ref('int_line_facts') }} as lines
),

days_off as (
    select distinct source_system, calendar_id, off_date from {{ ref('stg_calendars') }}
    where known_to = {{ end_of_time() }}
),

days as (
    select
        calendars.source_system,
        calendars.calendar_key as calendar_id,
        dates.day,
        calendars.zone,
        {{ local_day_start('dates.day', 'calendars.zone') }} as starts_at,
        {{ local_day_start(add_days('dates.day', 1), 'calendars.zone') }} as ends_at,
        dates.iso_weekday <= 5 and days_off.off_date is null as is_worked
    from calendars
    inner join needed on calendars.source_system = needed.source_system
    inner join {{ ref('dim_dates') }} as dates
        on
            dates.day >= {{ add_days('needed.first_day', -31) }}
            and dates.day <= {{ add_days('needed.last_day', 400) }}
    left join days_off
        on
            calendars.source_system = days_off.source_system
            and calendars.calendar_id = days_off.calendar_id
            and dates.day = days_off.off_date
),

measured as (
    select
        *,
        case
            when is_worked then {{ microseconds_between('starts_at', 'ends_at') }} / cast(3600000000 as double)
            else 0
        end as worked_hours
    from days
),

counted as (
    select
        source_system,
        calendar_id,
        day,
        zone,
        starts_at,
        ends_at,
        is_worked,
        sum(worked_hours) over (partition by source_system, calendar_id order by day) - worked_hours as hours_before
    from measured
)

select * from counted
