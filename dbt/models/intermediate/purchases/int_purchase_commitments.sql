{{ config(materialized='view') }}

with

confirmation_versions as (
    select
        *,
        {{ order_key('purchase', 'po_id') }} as order_key
    from {{ ref('stg_supplier_confirmations') }}
),

confirmations as (
    {{ as_known('confirmation_versions') }}
),

change_versions as (
    select *, {{ order_key('purchase', 'order_id') }} as order_key
    from {{ ref('stg_commitment_changes') }}
    where side = 'purchase'
),

changes as (
    {{ as_known('change_versions') }}
),

rows_of_obligations as (
    select
        epoch,
        order_key,
        line_no,
        schedule_no,
        confirmed_at as changed_at,
        confirmed_date as changed_date,
        lag(confirmed_for_date) over (
            partition by epoch, order_key, line_no, schedule_no order by confirmation_version
        ) as old_date,
        confirmed_for_date as new_date,
        lag(quantity) over (
            partition by epoch, order_key, line_no, schedule_no order by confirmation_version
        ) as old_quantity,
        quantity as new_quantity,
        false as is_asked_by_receiver,
        known_from,
        confirmation_version as place_in_source,
        'supplier' as initiator,
        concat('confirmation ', cast(confirmation_version as string)) as reason,
        'supplier_confirmations' as source_entity,
        row_key
    from confirmations
    union all
    select
        epoch,
        order_key,
        line_no,
        schedule_no,
        changed_at,
        changed_date,
        old_date,
        new_date,
        old_quantity,
        new_quantity,
        initiator = 'us' as is_asked_by_receiver,
        known_from,
        source_line as place_in_source,
        initiator,
        reason,
        'commitment_changes' as source_entity,
        row_key
    from changes
),

commitments as (
    select
        obligations.epoch,
        obligations.order_key,
        obligations.obligation_key,
        obligations.side,
        coalesce(
            {{ event_instant(
                'rows_of_obligations.changed_at', 'rows_of_obligations.changed_date', 'obligations.dock_zone'
            ) }},
            {{ beginning_of_time() }}
        ) as changed_from,
        rows_of_obligations.old_date,
        rows_of_obligations.new_date,
        rows_of_obligations.old_quantity,
        rows_of_obligations.new_quantity,
        rows_of_obligations.is_asked_by_receiver,
        false as is_continuation,
        rows_of_obligations.known_from,
        rows_of_obligations.place_in_source,
        rows_of_obligations.changed_at,
        rows_of_obligations.changed_date,
        rows_of_obligations.initiator,
        rows_of_obligations.reason,
        rows_of_obligations.source_entity,
        rows_of_obligations.row_key
    from rows_of_obligations
    inner join {{ ref('int_purchase_obligations') }} as obligations
        on
            rows_of_obligations.epoch = obligations.epoch
            and rows_of_obligations.order_key = obligations.order_key
            and rows_of_obligations.line_no = obligations.line_no
            and (
                rows_of_obligations.schedule_no is null
                or rows_of_obligations.schedule_no = obligations.schedule_no
            )
)

select * from commitments
