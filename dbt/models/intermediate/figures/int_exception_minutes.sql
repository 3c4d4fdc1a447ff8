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
    select * from {{ ref('int_exceptions') }}
),

of_actions as (
    select
        exceptions.exception_key,
        coalesce(
            {{ event_instant('actions.acted_at', 'actions.acted_date', 'exceptions.company_zone') }},
            exceptions.first_fired_at
        ) as worked_at,
        actions.work_minutes
    from actions
    inner join exceptions
        on actions.source_system = exceptions.source_system and actions.exception_id = exceptions.exception_id
    where actions.actor_kind = 'human'
),

of_firings as (
    select
        firings.exception_key,
        firings.worked_at,
        firings.work_minutes
    from {{ ref('int_exception_firings') }} as firings
    left join sources_with_actions on firings.source_system = sources_with_actions.source_system
    where sources_with_actions.source_system is null
),

worked as (
    select exception_key, worked_at, work_minutes from of_actions
    union all
    select exception_key, worked_at, work_minutes from of_firings
),

minutes as (
    select
        exceptions.exception_key,
        exceptions.order_key,
        worked.worked_at,
        cast(sum(worked.work_minutes) as decimal(18, 6)) as work_minutes
    from worked
    inner join exceptions on worked.exception_key = exceptions.exception_key
    where worked.work_minutes > 0
    group by exceptions.exception_key, exceptions.order_key, worked.worked_at
)

select * from minutes
