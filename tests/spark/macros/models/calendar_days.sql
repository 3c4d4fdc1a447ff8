with

days as (
    {{ calendar_days('2024-02-27', '2024-03-02') }}
)

select
    'leap February' as name,
    count(distinct day) as got_days,
    5 as expected_days,
    min(day) as got_first,
    date '2024-02-27' as expected_first,
    max(day) as got_last,
    date '2024-03-02' as expected_last
from days
