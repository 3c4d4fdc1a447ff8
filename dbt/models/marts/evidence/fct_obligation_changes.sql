-- depends_on: {{ ref('int_affected_orders') }}
{{ config(
    materialized=fact_materialization(), incremental_strategy='append', pre_hook="{{ forget_affected_orders() }}"
) }}

with

changes as (
    select
        ordered.*,
        obligations.source_system,
        obligations.known_to
    from {{ ref('int_ordered_changes') }} as ordered
    inner join {{ ref('int_obligations') }} as obligations on ordered.obligation_no = obligations.obligation_no
),

weighed as (
    select
        {{ surrogate_key(['changes.obligation_key', 'changes.epoch', 'changes.position']) }} as change_key,
        changes.source_system,
        changes.order_key,
        changes.obligation_key,
        cast(changes.position as integer) as position,
        changes.changed_at,
        changes.changed_date,
        changes.changed_from as counts_from,
        changes.initiator,
        changes.reason,
        changes.old_date,
        changes.new_date,
        changes.old_quantity,
        changes.new_quantity,
        changes.position < changes.first_position as is_before_first,
        changes.position = changes.first_position as is_first,
        coalesce(changes.is_asked_by_receiver, false) as is_asked_by_receiver,
        changes.first_position = 0 and changes.position = 1 as implies_first,
        agreed.obligation_no is not null as moves_agreed,
        changes.source_entity,
        changes.row_key,
        changes.epoch as known_from,
        changes.known_to
    from changes
    left join {{ ref('int_agreed_changes') }} as agreed
        on
            changes.obligation_no = agreed.obligation_no
            and changes.position = agreed.position
)

select * from weighed
