with

actions as (
    select source_system, exception_id, actor_kind, acted_at, acted_date, work_minutes
    from {{ ref('stg_exception_actions') }}
    where known_to = {{ end_of_time() }}
),

sources_with_actions as (
    select distinct source_system from actions
    where work_minutes is not null
),

exceptions as (
    select
        exceptions.*,
        sources_with_actions.source_system is not null as has_actions
    from {{ ref('int_exceptions') }} as exceptions
    left join sources_with_actions on exceptions.source_system = sources_with_actions.source_system
),

worked as (
    select
        exceptions.exception_key,
        exceptions.order_key,
        {{ event_instant('actions.acted_at', 'actions.acted_date', 'exceptions.company_zone') }} as worked_at,
        actions.work_minutes
    from actions
    inner join exceptions
        on actions.source_system = exceptions.source_system and actions.exception_id = exceptions.exception_id
    where actions.actor_kind = 'human'
    union all
    select exception_key, order_key, worked_at, work_minutes
    from exceptions
    where not has_actions
),

minutes as (
    select
        exception_key,
        order_key,
        worked_at,
        cast(sum(work_minutes) as decimal(18, 6)) as work_minutes
    from worked
    where work_minutes > 0 and worked_at is not null
    group by exception_key, order_key, worked_at
)

select * from minutes
