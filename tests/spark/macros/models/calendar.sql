with

cases as (
    {% for day, week, year, weekday, key in [
        ('2027-01-01', 53, 2026, 5, 20270101), ('2024-12-30', 1, 2025, 1, 20241230), ('2021-01-03', 53, 2020, 7, 20210103),
        ('2024-02-29', 9, 2024, 4, 20240229), ('2026-06-13', 24, 2026, 6, 20260613),
    ] -%}
    select
        '{{ day }}' as name, date '{{ day }}' as day, {{ week }} as expected_week, {{ year }} as expected_year,
        {{ weekday }} as expected_weekday, {{ key }} as expected_key
    {{ 'union all' if not loop.last }}
    {% endfor -%}
    union all
    select 'no day' as name, cast(null as date), cast(null as int), cast(null as int), cast(null as int), 0
)

select
    name,
    extract(week from day) as got_week,
    expected_week,
    {{ iso_year('day') }} as got_year,
    expected_year,
    {{ iso_weekday('day') }} as got_weekday,
    expected_weekday,
    {{ date_key('day') }} as got_key,
    expected_key,
    {{ days_between("date '2020-02-28'", 'day') }} as got_days,
    {{ days_between("date '2020-02-28'", add_days('day', '2 - 2')) }} as expected_days
from cases
union all
select
    'over a leap day' as name,
    0 as got_week,
    0 as expected_week,
    0 as got_year,
    0 as expected_year,
    0 as got_weekday,
    0 as expected_weekday,
    {{ date_key(add_days("date '2024-02-28'", 2)) }} as got_key,
    20240301 as expected_key,
    {{ days_between("date '2024-02-28'", "date '2024-03-01'") }} as got_days,
    2 as expected_days
