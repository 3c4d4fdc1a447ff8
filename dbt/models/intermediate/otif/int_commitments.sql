with

changes as (
    select * from {{ ref('int_sales_commitments') }}
    union all
    select * from {{ ref('int_purchase_commitments') }}
),

ordered as (
    select
        *,
        row_number() over (
            partition by epoch, obligation_key
            order by
                changed_from,
                coalesce(is_continuation, false),
                case when old_date is null then 0 else 1 end,
                known_from,
                place_in_source,
                new_date,
                new_quantity
        ) as position
    from changes
),

firsts as (
    select
        epoch,
        obligation_key,
        coalesce(min(case when old_date is null then position end), 0) as first_position
    from ordered
    group by epoch, obligation_key
),

recorded as (
    select
        ordered.epoch,
        ordered.order_key,
        ordered.obligation_key,
        ordered.side,
        ordered.position,
        ordered.changed_from,
        ordered.position = firsts.first_position as is_first,
        case
            when ordered.old_date is null or ordered.new_date <> ordered.old_date then ordered.new_date
        end as moved_to_date,
        case
            when ordered.old_quantity is null or ordered.new_quantity <> ordered.old_quantity then ordered.new_quantity
        end as moved_to_quantity,
        ordered.is_asked_by_receiver
    from ordered
    inner join firsts
        on ordered.epoch = firsts.epoch and ordered.obligation_key = firsts.obligation_key
    where ordered.position >= firsts.first_position
),

-- A history that begins with a change still says what was committed before it.
implied as (
    select
        ordered.epoch,
        ordered.order_key,
        ordered.obligation_key,
        ordered.side,
        0 as position,
        {{ beginning_of_time() }} as changed_from,
        true as is_first,
        ordered.old_date as moved_to_date,
        ordered.old_quantity as moved_to_quantity,
        false as is_asked_by_receiver
    from ordered
    inner join firsts
        on ordered.epoch = firsts.epoch and ordered.obligation_key = firsts.obligation_key
    where ordered.position = 1 and firsts.first_position = 0
),

commitments as (
    select * from recorded
    union all
    select * from implied
)

select * from commitments
