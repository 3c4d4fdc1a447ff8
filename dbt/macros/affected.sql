{#- What earlier runs have left behind; none on a first run, on a full refresh, and where facts are built anew. -#}
{% macro earlier_run(table) -%}
    {%- set is_kept = execute and fact_materialization() == 'incremental' and not flags.FULL_REFRESH -%}
    {{ return(adapter.get_relation(target.database, 'marts', table) if is_kept else none) }}
{%- endmacro %}
