with

events as (
    select
        source_system,
        order_key,
        step,
        activity,
        is_by_human,
        occurred_at,
        sum(case when activity = 'pass' then 1 else 0 end) over passing - case when activity = 'pass' then 1 else 0 end
            as passes_before
    from {{ ref('int_order_events') }}
    where step is not null and activity in ('enter', 'rework', 'pass')
    window passing as (
        partition by order_key, step order by occurred_at, event_id rows between unbounded preceding and current row
    )
),

passages as (
    select
        source_system,
        order_key,
        step,
        cast(passes_before + 1 as integer) as passage_no,
        min(case when activity = 'enter' then occurred_at end) as entered_at,
        max(case when activity = 'pass' then occurred_at end) as exited_at,
        max(case when activity = 'pass' and is_by_human then 1 else 0 end) = 1 as is_exited_by_human,
        max(case when activity = 'rework' then 1 else 0 end) = 1 as is_reworked
    from events
    group by source_system, order_key, step, passes_before
)

select * from passages
