with

windows as (
    select * from {{ ref('int_otif_windows') }}
),

obligations as (
    select distinct
        epoch, order_key, obligation_key, definition_id, promise, place, exists_from, cancelled_from
    from windows
),

instants as (
    select epoch, order_key, obligation_key, definition_id, exists_from, exists_from as instant
    from obligations
    union distinct
    select epoch, order_key, obligation_key, definition_id, exists_from, promised_from as instant
    from windows
    union distinct
    select epoch, order_key, obligation_key, definition_id, exists_from, due_from as instant
    from windows
    where due_from >= promised_from and due_from < promised_to
    union distinct
    select epoch, order_key, obligation_key, definition_id, exists_from, cancelled_from as instant
    from obligations
    where cancelled_from is not null
    union distinct
    select
        obligations.epoch,
        obligations.order_key,
        obligations.obligation_key,
        obligations.definition_id,
        obligations.exists_from,
        arrivals.arrived_from as instant
    from obligations
    inner join {{ ref('int_arrivals') }} as arrivals
        on
            obligations.epoch = arrivals.epoch
            and obligations.obligation_key = arrivals.obligation_key
            and obligations.promise = arrivals.promise
            and (obligations.place = arrivals.place or arrivals.place = 'shipped')
),

since_it_exists as (
    select distinct
        epoch,
        order_key,
        obligation_key,
        definition_id,
        greatest(instant, exists_from) as valid_from
    from instants
),

spans as (
    select
        *,
        coalesce(
            lead(valid_from) over (
                partition by epoch, obligation_key, definition_id order by valid_from
            ),
            {{ end_of_time() }}
        ) as valid_to
    from since_it_exists
)

select * from spans
