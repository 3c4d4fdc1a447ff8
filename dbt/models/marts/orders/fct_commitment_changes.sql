{{ config(materialized='view') }}

with

changes as (
    select * from {{ ref('int_current_commitment_changes') }}
),

keyed as (
    select
        changes.change_key,
        changes.source_system,
        changes.side,
        changes.order_id,
        changes.line_no,
        changes.schedule_no,
        {{ order_line_keys('changes', 'changes.side') }},
        changes.old_date is null as is_first,
        changes.old_date,
        changes.new_date,
        changes.old_quantity,
        changes.new_quantity,
        changes.initiator,
        changes.reason,
        changes.changed_at,
        changes.changed_date,
        changes.source_file,
        changes.source_line
    from changes
    {{ order_line_joins('changes', 'changes.side') }}
)

select * from keyed
