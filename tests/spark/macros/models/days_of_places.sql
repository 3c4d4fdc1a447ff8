with

cases as (
    {% for name, day, zone, start, end in [
        ('clocks go forward', '2026-03-29', 'Europe/Berlin', '2026-03-28 23:00:00', '2026-03-29 21:59:59.999999'),
        ('clocks go back', '2026-10-25', 'Europe/Berlin', '2026-10-24 22:00:00', '2026-10-25 22:59:59.999999'),
        ('west of UTC', '2026-03-08', 'America/Los_Angeles', '2026-03-08 08:00:00', '2026-03-09 06:59:59.999999'),
        ('midnight comes twice', '2019-11-03', 'America/Havana', '2019-11-03 04:00:00', '2019-11-04 04:59:59.999999'),
        ('midnight of the day after comes twice', '2025-10-25', 'Atlantic/Azores', '2025-10-25 00:00:00', '2025-10-25 23:59:59.999999'),
        ('midnight is left out', '2026-03-29', 'Asia/Beirut', '2026-03-28 22:00:00', '2026-03-29 20:59:59.999999'),
        ('the day is left out', '2011-12-30', 'Pacific/Apia', '2011-12-30 10:00:00', '2011-12-30 09:59:59.999999'),
        ('a quarter of an hour', '2026-01-01', 'Asia/Kathmandu', '2025-12-31 18:15:00', '2026-01-01 18:14:59.999999'),
        ('UTC', '2024-02-29', 'Etc/UTC', '2024-02-29 00:00:00', '2024-02-29 23:59:59.999999'),
    ] -%}
    select
        '{{ name }}' as name,
        date '{{ day }}' as day,
        '{{ zone }}' as zone,
        timestamp '{{ start }}' as expected_start,
        timestamp '{{ end }}' as expected_end
    {{ 'union all' if not loop.last }}
    {% endfor -%}
    union all
    select 'no day' as name, cast(null as date), 'Europe/Berlin' as zone, cast(null as timestamp), cast(null as timestamp)
)

select
    name,
    {{ local_day_start('day', 'zone') }} as got_start,
    expected_start,
    {{ local_day_end('day', 'zone') }} as got_end,
    expected_end,
    {{ event_instant('cast(null as timestamp)', 'day', 'zone') }} as got_event,
    expected_end as expected_event
from cases
