with

first_weeks as (
    select distinct source_system, first_whole_week from {{ ref('int_covered_weeks') }}
),

weekly as (
    select
        demand.*,
        first_weeks.first_whole_week,
        lag(demand.week_start) over (partition by demand.series_key order by demand.week_start) as earlier_week_start,
        lag(demand.quantity) over (partition by demand.series_key order by demand.week_start) as earlier_quantity,
        lead(demand.week_start) over (partition by demand.series_key order by demand.week_start) as later_week_start
    from {{ ref('int_weekly_demand') }} as demand
    inner join first_weeks
        on
            demand.source_system = first_weeks.source_system
            and demand.week_start >= first_weeks.first_whole_week
),

changes as (
    select
        series_key,
        week_start,
        quantity
        - case when earlier_week_start = {{ add_days('week_start', -7) }} then earlier_quantity else 0 end as change
    from weekly
    where week_start > first_whole_week
    union all
    select
        series_key,
        {{ add_days('week_start', 7) }} as week_start,
        -quantity as change
    from weekly
    where later_week_start is null or later_week_start > {{ add_days('week_start', 7) }}
),

added as (
    select
        series_key,
        week_start,
        sum(abs(change)) over (
            partition by series_key order by week_start rows between unbounded preceding and current row
        ) as absolute_changes,
        sum(cast(change * change as decimal(28, 6))) over (
            partition by series_key order by week_start rows between unbounded preceding and current row
        ) as squared_changes,
        lead(week_start) over (partition by series_key order by week_start) as next_week_start
    from changes
)

select * from added
