{#- The weights of what one thing is put down to add up to the whole of it. -#}
{% test weights_sum_to_one(model, column, of) %}

select {{ of }}, sum({{ column }}) as weight
from {{ model }}
group by {{ of }}
having sum({{ column }}) <> 1

{% endtest %}
