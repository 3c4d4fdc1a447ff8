{{ dimension(
    'stg_customers', 'customer_id', ['name', 'region', 'country', 'segment'], [('stg_orders', 'customer_id')]
) }}
