with

obligations as (
    select obligation_no, window_end_offset_days, destination_zone from {{ ref('int_obligations') }}
),

asked_for as (
    select
        *,
        {{ last_known('moved_to_date') }} over history as promise_date,
        {{ last_known('moved_to_quantity') }} over history as promise_quantity
    from {{ ref('int_commitments') }}
    where is_first or is_asked_by_receiver
    window history as (
        partition by obligation_no order by position rows between unbounded preceding and current row
    )
),

dated as (
    select
        *,
        lag(promise_date) over (partition by obligation_no order by position) as promised_before
    from asked_for
),

-- A change agreed after the due day has ended comes too late, and so does every later one.
asked_in_time as (
    select
        dated.*,
        dated.is_first
        or dated.changed_from <= {{ local_day_end(
            add_days('dated.promised_before', 'obligations.window_end_offset_days'), 'obligations.destination_zone'
        ) }} as is_in_time
    from dated
    inner join obligations on dated.obligation_no = obligations.obligation_no
),

asked_so_far as (
    select
        *,
        min(case when is_in_time then 1 else 0 end) over (
            partition by obligation_no order by position rows between unbounded preceding and current row
        ) as holds
    from asked_in_time
),

agreed as (
    select
        obligation_no,
        changed_from,
        position,
        promise_date,
        promise_quantity,
        not is_first as is_rebased
    from asked_so_far
    where holds = 1
)

select * from agreed
