with

cases as (
    {% for name, instant, zone, day in [
        ('before midnight', '2026-03-28 22:59:59.999999', 'Europe/Berlin', '2026-03-28'),
        ('at midnight', '2026-03-28 23:00:00', 'Europe/Berlin', '2026-03-29'),
        ('in the hour that comes twice', '2026-10-25 01:30:00', 'Europe/Berlin', '2026-10-25'),
        ('a day ahead', '2026-01-01 18:15:00', 'Asia/Kathmandu', '2026-01-02'),
        ('a day behind', '2026-11-01 06:59:59.999999', 'America/Los_Angeles', '2026-10-31'),
        ('over the day line', '2011-12-30 10:00:00', 'Pacific/Apia', '2011-12-31'),
    ] -%}
    select
        '{{ name }}' as name, timestamp '{{ instant }}' as instant, '{{ zone }}' as zone, date '{{ day }}' as expected_day
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    name,
    {{ local_date('instant', 'zone') }} as got_day,
    expected_day,
    {{ event_day('instant', 'cast(null as date)', 'zone') }} as got_event,
    expected_day as expected_event
from cases
