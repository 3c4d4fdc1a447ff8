{{ current_dimension(
    'stg_addresses', 'address_id', ['country', 'zone', 'region', 'city'], [('stg_orders', 'ship_to_address_id')]
) }}
