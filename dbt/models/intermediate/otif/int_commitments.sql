with

ordered as (
    select * from {{ ref('int_ordered_changes') }}
),

recorded as (
    select
        obligation_no,
        position,
        changed_from,
        position = first_position as is_first,
        case
            when old_date is null or new_date <> old_date then new_date
        end as moved_to_date,
        case
            when old_quantity is null or new_quantity <> old_quantity then new_quantity
        end as moved_to_quantity,
        is_asked_by_receiver
    from ordered
    where position >= first_position
),

-- A history that begins with a change still says what was committed before it.
implied as (
    select
        obligation_no,
        0 as position,
        {{ beginning_of_time() }} as changed_from,
        true as is_first,
        old_date as moved_to_date,
        old_quantity as moved_to_quantity,
        false as is_asked_by_receiver
    from ordered
    where position = 1 and first_position = 0
),

commitments as (
    select * from recorded
    union all
    select * from implied
)

select * from commitments
