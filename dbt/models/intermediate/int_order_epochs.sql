with

order_rows as (
    select order_key, known_from, known_to from {{ ref('int_sales_rows') }}
    union all
    select order_key, known_from, known_to from {{ ref('int_purchase_rows') }}
),

instants as (
    select order_key, known_from from order_rows
    union distinct
    select order_key, known_to as known_from from order_rows
    where known_to < {{ end_of_time() }}
),

epochs as (
    select
        instants.order_key,
        instants.known_from,
        coalesce(
            lead(instants.known_from) over (partition by instants.order_key order by instants.known_from),
            {{ end_of_time() }}
        ) as known_to
    from instants
    inner join {{ ref('int_affected_orders') }} as affected on instants.order_key = affected.order_key
)

select * from epochs
