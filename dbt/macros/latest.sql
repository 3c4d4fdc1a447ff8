{#- One row per key: its last version, deleted since or not. -#}
{% macro latest_versions(relation) -%}
    select * from (
        select
            *,
            row_number() over (partition by source_system, row_key order by known_from desc) as recency
        from {{ relation }}
    ) as ranked
    where recency = 1
{%- endmacro %}

{% macro order_key(side, order_id, source_system='source_system') -%}
    {{ surrogate_key([source_system, "'" ~ side ~ "'", order_id]) }}
{%- endmacro %}

{% macro line_key(side, order_id, line_no, source_system='source_system') -%}
    {{ surrogate_key([source_system, "'" ~ side ~ "'", order_id, line_no]) }}
{%- endmacro %}

{% macro obligation_key(side, order_id, line_no, schedule_no, source_system='source_system') -%}
    {{ surrogate_key([source_system, "'" ~ side ~ "'", order_id, line_no, schedule_no]) }}
{%- endmacro %}
