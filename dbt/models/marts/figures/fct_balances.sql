select {{ figure_columns(balance_columns(), {}) }}
where false
