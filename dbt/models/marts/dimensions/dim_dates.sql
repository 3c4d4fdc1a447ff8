with

days as (
    {{ calendar_days('1990-01-01', '2049-12-31') }}
),

dates as (
    select
        {{ date_key('day') }} as date_key,
        cast(day as date) as day,
        cast(extract(year from day) as integer) as year,
        cast(extract(quarter from day) as integer) as quarter,
        cast(extract(month from day) as integer) as month,
        cast(extract(week from day) as integer) as iso_week,
        cast({{ iso_year('day') }} as integer) as iso_year,
        cast({{ iso_weekday('day') }} as integer) as iso_weekday
    from days
    union all
    select
        0 as date_key,
        null as day,
        null as year,
        null as quarter,
        null as month,
        null as iso_week,
        null as iso_year,
        null as iso_weekday
)

select * from dates
