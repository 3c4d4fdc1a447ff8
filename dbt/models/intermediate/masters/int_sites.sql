{{ dimension(
    'stg_sites', 'site_id', ['name', 'zone', 'calendar_id', 'country'],
    [
        ('stg_order_lines', 'site_id'), ('stg_purchase_orders', 'site_id'), ('stg_purchase_order_lines', 'site_id'),
        ('stg_shipments', 'origin_site_id')
    ]
) }}
