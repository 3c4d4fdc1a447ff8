{#- Moves of days to the day after: 3 in a row, 105 in a row, and a circle of two. -#}
with

days as (
    {{ calendar_days('2026-01-01', '2026-04-15') }}
)

select 'three' as source_system, cast(day as string) as started, cast({{ add_days('day', 1) }} as string) as ended
from days
where day <= date '2026-01-03'
union all
select 'many' as source_system, cast(day as string) as started, cast({{ add_days('day', 1) }} as string) as ended
from days
union all
select 'circle' as source_system, 'a' as started, 'b' as ended
union all
select 'circle' as source_system, 'b' as started, 'a' as ended
