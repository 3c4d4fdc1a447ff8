with

ranked as (
    select
        *,
        row_number() over (
            partition by source_system, exception_id order by opened_at desc nulls last, row_key desc
        ) as recency
    from {{ ref('int_current_exceptions') }}
),

firings as (
    select
        source_system,
        exception_id,
        min(opened_at) as first_fired_at,
        max(opened_at) as last_fired_at,
        sum(work_minutes) as work_minutes,
        count(*) as firings
    from ranked
    group by source_system, exception_id
),

exceptions as (
    select
        latest.*,
        firings.first_fired_at,
        firings.last_fired_at,
        firings.work_minutes as minutes_of_firings,
        firings.firings
    from ranked as latest
    inner join firings
        on
            latest.source_system = firings.source_system
            and latest.exception_id = firings.exception_id
    where latest.recency = 1
),

keyed as (
    select
        {{ surrogate_key(['exceptions.source_system', 'exceptions.exception_id']) }} as exception_key,
        exceptions.source_system,
        exceptions.exception_id,
        exceptions.side,
        exceptions.order_id,
        exceptions.line_no,
        exceptions.schedule_no,
        {{ order_line_keys('exceptions', 'exceptions.side') }},
        coalesce(exceptions.exception_type, 'unknown') as exception_type,
        coalesce(exceptions.root_cause_code, 'unknown') as root_cause_code,
        coalesce(exceptions.stage, 'unknown') as stage,
        coalesce(exceptions.owner, 'unknown') as owner,
        exceptions.severity,
        exceptions.rule_id,
        case
            when exceptions.closed_at is null then 'not_yet' else coalesce(exceptions.resolution_code, 'unknown')
        end as resolution_code,
        exceptions.first_fired_at,
        exceptions.last_fired_at,
        cast(exceptions.firings as integer) as firings,
        exceptions.closed_at,
        exceptions.closed_at is null as is_open,
        coalesce(exceptions.closed_at < exceptions.last_fired_at, false) as is_out_of_order,
        cast(exceptions.minutes_of_firings as decimal(18, 6)) as work_minutes,
        exceptions.source_file,
        exceptions.source_line
    from exceptions
    {{ order_line_joins('exceptions', 'exceptions.side') }}
)

select * from keyed
