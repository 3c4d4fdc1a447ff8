{{ dimension(
    'stg_suppliers', 'supplier_id', ['name', 'country'],
    [('stg_purchase_orders', 'supplier_id'), ('stg_order_lines', 'supplier_id')]
) }}
