{{ dimension(
    'stg_products', 'product_id', ['name', 'family', 'category', 'uom', 'product_type'],
    [
        ('stg_order_lines', 'product_id'), ('stg_purchase_order_lines', 'product_id'),
        ('stg_purchase_schedule_lines', 'product_id')
    ]
) }}
