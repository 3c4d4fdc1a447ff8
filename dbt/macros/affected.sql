{#- What earlier runs have left behind; none on a first run and on a full refresh. -#}
{% macro earlier_run(table) -%}
    {%- set relation = adapter.get_relation(target.database, 'marts', table) if execute else none -%}
    {{ return(none if flags.FULL_REFRESH else relation) }}
{%- endmacro %}
