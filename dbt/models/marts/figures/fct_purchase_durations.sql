select {{ figure_columns(duration_columns(), {}) }}
where false
