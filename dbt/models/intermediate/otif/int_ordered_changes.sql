with

changes as (
    select * from {{ ref('int_sales_commitments') }}
    union all
    select * from {{ ref('int_purchase_commitments') }}
),

numbered as (
    select
        obligations.obligation_no,
        changes.*
    from changes
    inner join {{ ref('int_obligations') }} as obligations
        on changes.epoch = obligations.epoch and changes.obligation_key = obligations.obligation_key
),

ordered as (
    select
        *,
        row_number() over (
            partition by obligation_no
            order by
                changed_from,
                coalesce(is_continuation, false),
                case when old_date is null then 0 else 1 end,
                known_from,
                place_in_source,
                new_date,
                new_quantity
        ) as position
    from numbered
),

placed as (
    select
        *,
        coalesce(
            min(case when old_date is null and new_date is not null then position end) over (
                partition by obligation_no
            ),
            0
        ) as first_position
    from ordered
)

select * from placed
