{{ current_dimension('stg_carriers', 'carrier_id', ['name'], [('stg_shipments', 'carrier_id')]) }}
