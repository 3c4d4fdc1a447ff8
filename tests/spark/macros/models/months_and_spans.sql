with

cases as (
    {% for earlier, later, microseconds, month in [
        ('2026-03-29 00:59:59.999999', '2026-03-29 01:00:00', 1, '2026-03-01'),
        ('2026-10-24 22:00:00', '2026-10-25 23:00:00', 90000000000, '2026-10-01'),
        ('2024-02-29 12:00:00', '2024-02-28 12:00:00', -86400000000, '2024-02-01'),
        ('2026-01-01 00:00:00', '2027-01-01 00:00:00.5', 31536000500000, '2026-01-01'),
    ] -%}
    select
        '{{ earlier }}' as name, timestamp '{{ earlier }}' as earlier, timestamp '{{ later }}' as later,
        cast({{ microseconds }} as bigint) as expected_microseconds, date '{{ month }}' as expected_month
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    name,
    {{ microseconds_between('earlier', 'later') }} as got_microseconds,
    expected_microseconds,
    {{ month_start('cast(earlier as date)') }} as got_month,
    expected_month
from cases
