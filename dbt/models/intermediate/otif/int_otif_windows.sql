{#- A place is judged where the source tells of it at all: without any delivery, nothing can be said to have failed. -#}
with

-- A shipment without proof of delivery is a gap only where the source has proofs at all.
first_shipped as (
    select obligation_no, promise, min(arrived_from) as shipped_from
    from {{ ref('int_arrivals') }}
    where place = 'shipped'
    group by obligation_no, promise
),

defined as (
    select
        promises.*,
        obligations.exists_from,
        obligations.cancelled_from,
        obligations.cancelled_by,
        obligations.is_cancelled_by_receiver,
        context.has_deliveries,
        definitions.definition_id,
        definitions.place,
        definitions.in_full_mode,
        definitions.under_tolerance,
        case
            when definitions.place = 'delivered' then obligations.destination_zone
            else obligations.dock_zone
        end as place_zone,
        case
            when definitions.place = 'delivered' then obligations.is_destination_zone_assumed
            else obligations.is_dock_zone_assumed
        end as is_zone_assumed,
        {{ add_days(
            'promises.promise_date', 'obligations.window_end_offset_days + definitions.days_late'
        ) }} as due_date,
        case
            when definitions.days_early is not null
                then {{ add_days(
                    'promises.promise_date', 'obligations.window_start_offset_days - definitions.days_early'
                ) }}
        end as window_opens_date
    from {{ ref('int_promises') }} as promises
    inner join {{ ref('int_obligations') }} as obligations on promises.obligation_no = obligations.obligation_no
    inner join {{ ref('otif_definitions') }} as definitions
        on obligations.side = definitions.side and promises.promise = definitions.promise
    inner join {{ ref('int_source_context') }} as context on obligations.source_system = context.source_system
    where
        (definitions.place = 'delivered' and context.has_deliveries)
        or (definitions.place = 'shipped' and context.has_shipments)
        or (definitions.place = 'received' and context.has_receipts)
),

-- The end of a day is worked out once for each day and zone.
due_days as (
    select distinct due_date, place_zone from defined
    where due_date is not null
),

day_ends as (
    select
        due_date,
        place_zone,
        {{ local_day_end('due_date', 'place_zone') }} as due_from
    from due_days
),

timed as (
    select
        {{ row_numbers(['defined.obligation_no', 'defined.definition_id', 'defined.promised_from']) }} as window_no,
        defined.*,
        day_ends.due_from,
        first_shipped.shipped_from,
        cast(defined.promise_quantity * (1 - defined.under_tolerance) as decimal(18, 6)) as required_quantity
    from defined
    left join day_ends
        on defined.due_date = day_ends.due_date and defined.place_zone = day_ends.place_zone
    left join first_shipped
        on
            defined.obligation_no = first_shipped.obligation_no
            and first_shipped.promise in ('any', defined.promise)
            and defined.place = 'delivered'
            and defined.has_deliveries
)

select * from timed
