with

cases as (
    select 1 as position, cast(null as int) as given, cast(null as int) as expected_last
    union all
    select 2 as position, 5 as given, 5 as expected_last
    union all
    select 3 as position, cast(null as int) as given, 5 as expected_last
    union all
    select 4 as position, 7 as given, 7 as expected_last
)

select
    cast(position as string) as name,
    {{ last_known('given') }} over history as got_last,
    expected_last,
    concat_ws('|', 'a', cast(given as string), case when given = 7 then 'b' end) as got_text,
    case when given is null then 'a' when given = 7 then 'a|7|b' else 'a|5' end as expected_text,
    concat_ws('|', cast(null as string), cast(null as string)) as got_nothing,
    '' as expected_nothing,
    greatest(given, 6) as got_greatest,
    case when given = 7 then 7 else 6 end as expected_greatest,
    least(given, 6) as got_least,
    case when given = 5 then 5 else 6 end as expected_least
from cases
window history as (order by position rows between unbounded preceding and current row)
