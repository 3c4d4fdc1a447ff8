with

obligations as (
    select
        obligations.*,
        obligations.side = 'sales' and not context.has_commitments as is_fallback
    from {{ ref('int_obligations') }} as obligations
    inner join {{ ref('int_source_context') }} as context on obligations.source_system = context.source_system
),

commitments as (
    select * from {{ ref('int_commitments') }}
),

first_committed as (
    select
        *,
        moved_to_date as promise_date,
        moved_to_quantity as promise_quantity,
        false as is_rebased
    from commitments
    where is_first
),

last_committed as (
    select
        *,
        {{ last_known('moved_to_date') }} over history as promise_date,
        {{ last_known('moved_to_quantity') }} over history as promise_quantity,
        not is_first and is_asked_by_receiver as is_rebased
    from commitments
    window history as (
        partition by obligation_no order by position rows between unbounded preceding and current row
    )
),

customer_agreed as (
    select * from {{ ref('int_agreed_changes') }}
),

promises_made as (
    select 'first_committed' as promise
    union all
    select 'last_committed' as promise
    union all
    select 'customer_agreed' as promise
),

committed as (
    {% for promise in ['first_committed', 'last_committed', 'customer_agreed'] %}
    select
        obligation_no, '{{ promise }}' as promise, changed_from, position,
        promise_date, promise_quantity, is_rebased, false as is_fallback
    from {{ promise }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

requested as (
    select
        obligation_no,
        'requested' as promise,
        {{ beginning_of_time() }} as changed_from,
        0 as position,
        requested_date as promise_date,
        quantity as promise_quantity,
        false as is_rebased,
        false as is_fallback
    from obligations
),

before_any_commitment as (
    select
        obligations.obligation_no,
        promises_made.promise,
        {{ beginning_of_time() }} as changed_from,
        -1 as position,
        case
            when obligations.is_fallback or obligations.side = 'purchase' then obligations.requested_date
        end as promise_date,
        obligations.quantity as promise_quantity,
        false as is_rebased,
        obligations.is_fallback
    from obligations
    cross join promises_made
),

all_promises as (
    select * from committed
    union all
    select * from requested
    union all
    select * from before_any_commitment
),

confirmed as (
    select distinct obligation_no
    from commitments
    where is_first and position > 0
),

spans as (
    select
        all_promises.obligation_no,
        all_promises.promise,
        all_promises.changed_from as promised_from,
        coalesce(
            lead(all_promises.changed_from) over (
                partition by all_promises.obligation_no, all_promises.promise
                order by all_promises.position
            ),
            {{ end_of_time() }}
        ) as promised_to,
        case
            when obligations.side = 'purchase' then coalesce(all_promises.promise_date, obligations.requested_date)
            else all_promises.promise_date
        end as promise_date,
        coalesce(all_promises.promise_quantity, obligations.quantity) as promise_quantity,
        all_promises.is_rebased,
        all_promises.is_fallback,
        obligations.side = 'purchase'
        and all_promises.promise <> 'requested'
        and (
            confirmed.obligation_no is null
            or all_promises.position < 0
            or all_promises.promise_date is null
        ) as is_unconfirmed
    from all_promises
    inner join obligations on all_promises.obligation_no = obligations.obligation_no
    left join confirmed on all_promises.obligation_no = confirmed.obligation_no
),

-- What was promised before the obligation existed was never promised to anyone.
held as (
    select spans.*
    from spans
    inner join obligations on spans.obligation_no = obligations.obligation_no
    where spans.promised_from < spans.promised_to and spans.promised_to > obligations.exists_from
)

select * from held
