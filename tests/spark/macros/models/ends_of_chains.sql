with

ends as (
    {{ chain_ends(ref('moves'), [('started', 'ended')]) }}
),

counted as (
    select source_system, end_started, count(*) as starts, min(started) as first_start
    from ends
    group by source_system, end_started
)

select
    source_system as name,
    end_started as got_end,
    case when source_system = 'three' then '2026-01-04' when source_system = 'many' then '2026-04-16' end as expected_end,
    starts as got_starts,
    case when source_system = 'three' then 3 when source_system = 'many' then 99 end as expected_starts,
    first_start as got_first,
    case when source_system = 'three' then '2026-01-01' when source_system = 'many' then '2026-01-07' end as expected_first
from counted
