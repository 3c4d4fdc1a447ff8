with

days as (
    {{ calendar_days('1990-01-01', '2049-12-31') }}
),

dates as (
    select
        {{ date_key('day') }} as date_key,
        cast(day as date) as day,
        extract(year from day) as year,
        extract(quarter from day) as quarter,
        extract(month from day) as month,
        extract(week from day) as iso_week,
        {{ iso_year('day') }} as iso_year,
        {{ iso_weekday('day') }} as iso_weekday
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
