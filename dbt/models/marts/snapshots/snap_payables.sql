{{ month_balances('purchase', 'supplier') }}
