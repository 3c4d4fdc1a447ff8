{#- A dimension without history: the latest row of each key, ids that only facts mention, and the special members. -#}
{% macro current_dimension(master, id_column, attributes, seen) -%}
    {%- set key_column = id_column | replace('_id', '_key') -%}
    with

    masters as (
        {{ latest_versions(ref(master)) }}
    ),

    mentioned as (
        {% for model, column in seen -%}
        select distinct source_system, {{ column }} as {{ id_column }}
        from {{ ref(model) }}
        where {{ column }} is not null
        {{ 'union distinct' if not loop.last }}
        {% endfor -%}
    ),

    members as (
        select
            {{ surrogate_key(['source_system', id_column]) }} as {{ key_column }},
            source_system,
            {{ id_column }},
            {% for attribute in attributes -%}
            {{ attribute }},
            {% endfor -%}
            true as is_in_master
        from masters
        union all
        select
            {{ surrogate_key(['mentioned.source_system', 'mentioned.' ~ id_column]) }} as {{ key_column }},
            mentioned.source_system,
            mentioned.{{ id_column }},
            {% for attribute in attributes -%}
            cast(null as string) as {{ attribute }},
            {% endfor -%}
            false as is_in_master
        from mentioned
        left join masters
            on
                mentioned.source_system = masters.source_system
                and mentioned.{{ id_column }} = masters.{{ id_column }}
        where masters.{{ id_column }} is null
        {% for member in ['unknown', 'not_applicable', 'not_yet'] %}
        union all
        select
            '{{ member }}' as {{ key_column }},
            cast(null as string) as source_system,
            cast(null as string) as {{ id_column }},
            {% for attribute in attributes -%}
            cast(null as string) as {{ attribute }},
            {% endfor -%}
            false as is_in_master
        {% endfor %}
    )

    select * from members
{%- endmacro %}
