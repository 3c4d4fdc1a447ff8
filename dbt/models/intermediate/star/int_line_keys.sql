with

sales as (
    select
        lines.source_system,
        'sales' as side,
        lines.order_id,
        lines.line_no,
        lines.order_key,
        lines.line_key,
        lines.quantity,
        coalesce(dim_customers.customer_key, 'unknown') as customer_key,
        coalesce(dim_products.product_key, 'unknown') as product_key,
        coalesce(
            dim_suppliers.supplier_key,
            case when lines.fulfilment_mode = 'stock' then 'not_applicable' else 'unknown' end
        ) as supplier_key,
        coalesce(
            dim_sites.site_key, case when lines.fulfilment_mode = 'drop-ship' then 'not_applicable' else 'unknown' end
        ) as site_key
    from {{ ref('int_line_facts') }} as lines
    {{ version_join('customer', 'lines', 'lines.received_at') }}
    {{ version_join('product', 'lines', 'lines.received_at') }}
    {{ version_join('supplier', 'lines', 'lines.received_at') }}
    {{ version_join('site', 'lines', 'lines.received_at') }}
),

purchases as (
    select
        lines.source_system,
        'purchase' as side,
        lines.po_id as order_id,
        lines.line_no,
        lines.order_key,
        lines.line_key,
        lines.quantity,
        'not_applicable' as customer_key,
        coalesce(dim_products.product_key, 'unknown') as product_key,
        coalesce(dim_suppliers.supplier_key, 'unknown') as supplier_key,
        coalesce(dim_sites.site_key, 'unknown') as site_key
    from {{ ref('int_purchase_line_facts') }} as lines
    {{ version_join('product', 'lines', 'lines.released_at') }}
    {{ version_join('supplier', 'lines', 'lines.released_at') }}
    {{ version_join('site', 'lines', 'lines.released_at') }}
)

select * from sales
union all
select * from purchases
