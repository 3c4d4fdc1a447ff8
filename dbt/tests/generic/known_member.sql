{#- A dimension key is never null and always stands in its dimension, where it may go by another name (`key`). -#}
{% test known_member(model, column, dimension, key=none) %}

select facts.{{ column }}
from {{ model }} as facts
left join {{ dimension }} as members on facts.{{ column }} = members.{{ key or column }}
where members.{{ key or column }} is null

{% endtest %}
