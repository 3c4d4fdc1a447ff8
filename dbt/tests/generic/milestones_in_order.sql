{#- Every milestone is at or after its predecessor, or its row is flagged as out of order. -#}
{% test milestones_in_order(model, milestones) %}

select *
from {{ model }}
where
    not is_out_of_order
    and (
        {% for later in milestones[1:] -%}
        {% set position = loop.index -%}
        {% for earlier in milestones[:position] -%}
        {{ later }} < {{ earlier }}{{ ' or ' if not loop.last }}
        {%- endfor %}{{ ' or ' if not loop.last }}
        {% endfor -%}
    )

{% endtest %}
