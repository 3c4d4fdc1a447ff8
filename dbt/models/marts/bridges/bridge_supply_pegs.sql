{{ config(materialized='view') }}

with

pegs as (
    select * from {{ ref('int_current_pegs') }}
),

-- What earlier pegs of the line still hold when one begins is not there for it.
beside as (
    select
        pegs.peg_key,
        sum(earlier.quantity) as held_quantity
    from pegs
    inner join pegs as earlier
        on
            pegs.source_system = earlier.source_system
            and pegs.order_id = earlier.order_id
            and pegs.line_no = earlier.line_no
            and earlier.holds_to > pegs.holds_from
            and (
                earlier.holds_from < pegs.holds_from
                or (earlier.holds_from = pegs.holds_from and earlier.peg_key < pegs.peg_key)
            )
    group by pegs.peg_key
),

keyed as (
    select
        pegs.peg_key,
        pegs.source_system,
        coalesce(sales.line_key, 'unknown') as line_key,
        coalesce(purchases.line_key, 'unknown') as purchase_line_key,
        coalesce(sales.customer_key, 'unknown') as customer_key,
        coalesce(sales.product_key, purchases.product_key, 'unknown') as product_key,
        coalesce(purchases.supplier_key, 'unknown') as supplier_key,
        coalesce(sales.site_key, 'unknown') as site_key,
        pegs.order_id,
        pegs.line_no,
        pegs.po_id,
        pegs.po_line_no,
        pegs.uom,
        pegs.quantity as told_quantity,
        cast(
            greatest(
                least(pegs.quantity, coalesce(sales.quantity, pegs.quantity) - coalesce(beside.held_quantity, 0)), 0
            ) as decimal(18, 6)
        ) as pegged_quantity,
        pegs.holds_from,
        pegs.holds_to,
        pegs.holds_to = {{ end_of_time() }} as is_held,
        pegs.source_file,
        pegs.source_line
    from pegs
    left join beside on pegs.peg_key = beside.peg_key
    left join {{ ref('int_line_keys') }} as sales
        on
            pegs.source_system = sales.source_system
            and pegs.order_id = sales.order_id
            and pegs.line_no = sales.line_no
            and sales.side = 'sales'
    left join {{ ref('int_line_keys') }} as purchases
        on
            pegs.source_system = purchases.source_system
            and pegs.po_id = purchases.order_id
            and pegs.po_line_no = purchases.line_no
            and purchases.side = 'purchase'
)

select * from keyed
