{{ config(materialized='view') }}

with

movements as (
    select * from {{ ref('int_movements') }}
    where place in ('delivered', 'shipped')
),

-- The first shipment is the line's: an obligation it brought nothing for was not filled by it.
lines as (
    select
        line_group,
        min(case when place = 'delivered' then arrived_from end) as first_delivered_at,
        min(case when place = 'shipped' then arrived_from end) as first_shipped_at,
        count(*) > count(obligation_no) as is_allotted
    from movements
    group by line_group
),

kinds as (
    select distinct promise from {{ ref('otif_definitions') }}
    where side = 'sales'
),

-- Where a movement names only the line, whose it is depends on the promise it is allotted by.
named as (
    select
        movements.obligation_no,
        coalesce(kinds.promise, 'any') as promise,
        movements.movement_no,
        movements.quantity
    from movements
    inner join lines on movements.line_group = lines.line_group
    left join kinds on lines.is_allotted
    where movements.obligation_no is not null
),

allotted as (
    select obligation_no, promise, movement_no, quantity from named
    union all
    select obligation_no, promise, movement_no, quantity from {{ ref('int_line_fills') }}
),

arrivals as (
    select
        allotted.obligation_no,
        allotted.promise,
        allotted.quantity,
        movements.place,
        movements.arrived_from,
        movements.damaged_quantity,
        movements.is_documents_ok,
        lines.first_delivered_at,
        lines.first_shipped_at
    from allotted
    inner join movements on allotted.movement_no = movements.movement_no
    inner join lines on movements.line_group = lines.line_group
),

-- Each condition holds until the first delivery that breaks it, so its instant tells it for every as-of.
conditions as (
    select
        obligation_no,
        promise,
        min(case when place = 'delivered' then arrived_from end) as delivered_at,
        min(case when place = 'delivered' and not coalesce(is_documents_ok, false) then arrived_from end)
            as documents_wrong_at,
        min(case when damaged_quantity > 0 then arrived_from end) as damaged_at,
        min(first_delivered_at) as first_delivered_at,
        cast(
            sum(case when place = 'delivered' and arrived_from = first_delivered_at then quantity end)
            as decimal(18, 6)
        ) as first_delivered_quantity,
        min(first_shipped_at) as first_shipped_at,
        cast(
            sum(case when place = 'shipped' and arrived_from = first_shipped_at then quantity end)
            as decimal(18, 6)
        ) as first_shipped_quantity
    from arrivals
    group by obligation_no, promise
)

select * from conditions
