with

obligations as (
    select * from {{ ref('fct_order_obligations') }}
    union all
    select * from {{ ref('fct_purchase_obligations') }}
),

described as (
    select
        obligations.obligation_key,
        obligations.source_system,
        obligations.side,
        obligations.order_id,
        obligations.line_no,
        obligations.schedule_no,
        obligations.origin_order_id,
        obligations.order_key,
        obligations.line_key,
        obligations.order_type,
        obligations.channel,
        obligations.customer_id,
        customers.name as customer_name,
        customers.region as customer_region,
        obligations.product_id,
        products.name as product_name,
        products.family as product_family,
        obligations.supplier_id,
        suppliers.name as supplier_name,
        obligations.site_id,
        sites.name as site_name,
        obligations.ship_to_address_id,
        addresses.region,
        addresses.country,
        obligations.carrier_id as carrier,
        obligations.transport_mode as mode,
        obligations.fulfilment_mode,
        obligations.uom,
        obligations.currency,
        obligations.ordered_quantity as quantity,
        obligations.unit_price,
        obligations.net_amount as net_value,
        obligations.requested_date,
        obligations.received_at,
        obligations.received_date,
        obligations.entered_at,
        obligations.cancelled_at,
        obligations.cancelled_by,
        obligations.destination_zone,
        obligations.dock_zone,
        obligations.is_deleted,
        obligations.source_file,
        obligations.source_line,
        obligations.source_entity
    from obligations
    left join {{ ref('dim_customers') }} as customers on obligations.customer_key = customers.customer_key
    left join {{ ref('dim_products') }} as products on obligations.product_key = products.product_key
    left join {{ ref('dim_suppliers') }} as suppliers on obligations.supplier_key = suppliers.supplier_key
    left join {{ ref('dim_sites') }} as sites on obligations.site_key = sites.site_key
    left join {{ ref('dim_addresses') }} as addresses on obligations.address_key = addresses.address_key
)

select * from described
