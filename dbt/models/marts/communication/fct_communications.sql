{{ config(materialized='view') }}

with

messages as (
    select * from {{ ref('int_current_communications') }}
),

keyed as (
    select
        messages.message_key,
        messages.source_system,
        messages.message_id,
        messages.thread_id,
        messages.order_id,
        messages.po_id,
        coalesce(sales.order_key, 'not_applicable') as order_key,
        coalesce(purchases.order_key, 'not_applicable') as purchase_order_key,
        coalesce(
            sales.customer_key,
            dim_customers.customer_key,
            case when coalesce(messages.order_id, messages.customer_id) is null then 'not_applicable' else 'unknown' end
        ) as customer_key,
        coalesce(
            purchases.supplier_key,
            dim_suppliers.supplier_key,
            case when coalesce(messages.po_id, messages.supplier_id) is null then 'not_applicable' else 'unknown' end
        ) as supplier_key,
        messages.direction,
        messages.channel,
        messages.sent_at,
        messages.sent_date,
        messages.source_file,
        messages.source_line
    from messages
    left join {{ ref('int_order_keys') }} as sales
        on
            messages.source_system = sales.source_system
            and messages.order_id = sales.order_id
            and sales.side = 'sales'
    left join {{ ref('int_order_keys') }} as purchases
        on
            messages.source_system = purchases.source_system
            and messages.po_id = purchases.order_id
            and purchases.side = 'purchase'
    {{ version_join('customer', 'messages', 'messages.sent_at') }}
    {{ version_join('supplier', 'messages', 'messages.sent_at') }}
)

select * from keyed
