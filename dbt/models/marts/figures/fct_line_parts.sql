select {{ figure_columns(part_columns(), {}) }}
where false
