{{ config(materialized='view') }}

with

change_versions as (
    select
        changes.*,
        roots.order_key,
        roots.line_key,
        roots.is_continuation
    from {{ ref('stg_commitment_changes') }} as changes
    inner join {{ ref('int_line_roots') }} as roots
        on
            changes.source_system = roots.source_system
            and changes.order_id = roots.order_id
            and changes.line_no = roots.line_no
    where changes.side = 'sales'
),

changes as (
    {{ as_known('change_versions') }}
),

commitments as (
    select
        obligations.epoch,
        obligations.order_key,
        obligations.obligation_key,
        obligations.side,
        coalesce(
            {{ event_instant('changes.changed_at', 'changes.changed_date', 'obligations.destination_zone') }},
            {{ beginning_of_time() }}
        ) as changed_from,
        changes.old_date,
        changes.new_date,
        changes.old_quantity,
        changes.new_quantity,
        changes.initiator = 'customer' as is_asked_by_receiver,
        changes.is_continuation,
        changes.known_from,
        changes.source_line as place_in_source,
        changes.changed_at,
        changes.changed_date,
        changes.initiator,
        changes.reason,
        'commitment_changes' as source_entity,
        changes.row_key
    from changes
    inner join {{ ref('int_sales_obligations') }} as obligations
        on
            changes.epoch = obligations.epoch
            and changes.line_key = obligations.line_key
            and (
                changes.schedule_no is null
                or changes.is_continuation
                or changes.schedule_no = obligations.schedule_no
            )
)

select * from commitments
