{#- A dimension key is never null and always stands in its dimension. -#}
{% test known_member(model, column, dimension) %}

select facts.{{ column }}
from {{ model }} as facts
left join {{ dimension }} as members on facts.{{ column }} = members.{{ column }}
where members.{{ column }} is null

{% endtest %}
