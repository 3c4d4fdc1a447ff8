{{ config(materialized='view') }}

with

sales as (
    select
        orders.source_system,
        'sales' as side,
        orders.order_id,
        orders.order_key,
        coalesce(dim_customers.customer_key, 'unknown') as customer_key,
        'not_applicable' as supplier_key
    from {{ ref('int_order_facts') }} as orders
    {{ version_join('customer', 'orders', 'orders.received_at') }}
),

purchase_orders as (
    select
        source_system,
        po_id,
        order_key,
        min(supplier_id) as supplier_id,
        min(released_at) as released_at
    from {{ ref('int_purchase_line_facts') }}
    group by source_system, po_id, order_key
),

purchases as (
    select
        orders.source_system,
        'purchase' as side,
        orders.po_id as order_id,
        orders.order_key,
        'not_applicable' as customer_key,
        coalesce(dim_suppliers.supplier_key, 'unknown') as supplier_key
    from purchase_orders as orders
    {{ version_join('supplier', 'orders', 'orders.released_at') }}
)

select * from sales
union all
select * from purchases
