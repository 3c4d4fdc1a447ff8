{{ month_balances('sales', 'customer') }}
