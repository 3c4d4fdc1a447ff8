{#-
    Versions of a master as they held in the business: from the source's changed_at, else from its extraction; the
    first one known also holds backwards; a later correction of the same change replaces it. Ids that only facts
    mention become members without attributes, so that no fact loses its key.
-#}
{% macro dimension_versions(master, id_column, seen) -%}
    master_rows as (
        select
            *,
            coalesce(changed_at, cast(changed_date as timestamp), known_from) as changed_from
        from {{ ref(master) }}
    ),

    corrected as (
        select * from (
            select
                *,
                row_number() over (
                    partition by source_system, {{ id_column }}, changed_from order by known_from desc
                ) as recency,
                row_number() over (
                    partition by source_system, {{ id_column }} order by changed_from, known_from desc
                ) as position
            from master_rows
        ) as ranked
        where recency = 1
    ),

    master_versions as (
        select
            *,
            case when position = 1 then {{ beginning_of_time() }} else changed_from end as valid_from,
            coalesce(
                lead(changed_from) over (partition by source_system, {{ id_column }} order by changed_from),
                {{ end_of_time() }}
            ) as valid_to
        from corrected
    ),

    mentioned as (
        {% for model, column in seen -%}
        select distinct source_system, {{ column }} as {{ id_column }}
        from {{ ref(model) }}
        where {{ column }} is not null
        {{ 'union distinct' if not loop.last }}
        {% endfor -%}
    ),

    only_mentioned as (
        select mentioned.source_system, mentioned.{{ id_column }}
        from mentioned
        left join {{ ref(master) }} as masters
            on
                mentioned.source_system = masters.source_system
                and mentioned.{{ id_column }} = masters.{{ id_column }}
        where masters.{{ id_column }} is null
    )
{%- endmacro %}

{#- The members every dimension has beside its real ones. -#}
{% macro special_members(id_column, attributes) -%}
    {% for member in ['unknown', 'not_applicable', 'not_yet'] -%}
    select
        '{{ member }}' as {{ id_column | replace('_id', '_key') }},
        cast(null as string) as source_system,
        cast(null as string) as {{ id_column }},
        {% for attribute in attributes -%}
        cast(null as string) as {{ attribute }},
        {% endfor -%}
        {{ beginning_of_time() }} as valid_from,
        {{ end_of_time() }} as valid_to,
        true as is_current,
        false as is_in_master
    {{ 'union all' if not loop.last }}
    {% endfor -%}
{%- endmacro %}

{% macro dimension(master, id_column, attributes, seen) -%}
    with

    {{ dimension_versions(master, id_column, seen) }},

    members as (
        select
            {{ surrogate_key(['source_system', id_column, 'valid_from']) }} as {{ id_column | replace('_id', '_key') }},
            source_system,
            {{ id_column }},
            {% for attribute in attributes -%}
            {{ attribute }},
            {% endfor -%}
            valid_from,
            valid_to,
            valid_to = {{ end_of_time() }} as is_current,
            true as is_in_master
        from master_versions
        where valid_from < valid_to
        union all
        select
            {{ surrogate_key(['source_system', id_column, beginning_of_time()]) }} as {{ id_column | replace('_id', '_key') }},
            source_system,
            {{ id_column }},
            {% for attribute in attributes -%}
            cast(null as string) as {{ attribute }},
            {% endfor -%}
            {{ beginning_of_time() }} as valid_from,
            {{ end_of_time() }} as valid_to,
            true as is_current,
            false as is_in_master
        from only_mentioned
        union all
        {{ special_members(id_column, attributes) }}
    )

    select * from members
{%- endmacro %}
