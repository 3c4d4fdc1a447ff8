{#- A place is judged where the source tells of it at all: without any delivery, nothing can be said to have failed. -#}
with

promises as (
    select
        promises.*,
        obligations.side,
        obligations.source_system,
        obligations.line_key,
        obligations.window_start_offset_days,
        obligations.window_end_offset_days,
        obligations.destination_zone,
        obligations.dock_zone,
        obligations.is_destination_zone_assumed,
        obligations.is_dock_zone_assumed,
        obligations.exists_from,
        obligations.cancelled_from,
        obligations.cancelled_by,
        obligations.is_cancelled_by_receiver,
        obligations.net_unit_price
    from {{ ref('int_promises') }} as promises
    inner join {{ ref('int_obligations') }} as obligations
        on promises.epoch = obligations.epoch and promises.obligation_key = obligations.obligation_key
),

defined as (
    select
        promises.*,
        definitions.definition_id,
        definitions.place,
        definitions.in_full_mode,
        definitions.under_tolerance,
        case
            when definitions.place = 'delivered' then promises.destination_zone
            else promises.dock_zone
        end as place_zone,
        case
            when definitions.place = 'delivered' then promises.is_destination_zone_assumed
            else promises.is_dock_zone_assumed
        end as is_zone_assumed,
        {{ add_days('promises.promise_date', 'promises.window_end_offset_days + definitions.days_late') }} as due_date,
        case
            when definitions.days_early is not null
                then {{ add_days(
                    'promises.promise_date', 'promises.window_start_offset_days - definitions.days_early'
                ) }}
        end as window_opens_date
    from promises
    inner join {{ ref('otif_definitions') }} as definitions
        on promises.side = definitions.side and promises.promise = definitions.promise
    inner join {{ ref('int_source_context') }} as context on promises.source_system = context.source_system
    where
        (definitions.place = 'delivered' and context.has_deliveries)
        or (definitions.place = 'shipped' and context.has_shipments)
        or (definitions.place = 'received' and context.has_receipts)
),

timed as (
    select
        *,
        {{ row_numbers(['epoch', 'obligation_key', 'definition_id', 'promised_from']) }} as window_no,
        {{ local_day_end('due_date', 'place_zone') }} as due_from,
        cast(promise_quantity * (1 - under_tolerance) as decimal(18, 6)) as required_quantity
    from defined
)

select * from timed
