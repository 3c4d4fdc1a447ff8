{#-
    Nobody reads the warehouse while a run holds it, so a model is made under its own name at once. dbt's own way
    makes it under another, moves the old one aside and renames it: five more statements, for every model.
-#}
{% materialization view, adapter='duckdb' -%}
    {%- set target = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks) }}
    {{ make_relation(target, get_create_view_as_sql(target, sql)) }}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{%- endmaterialization %}

{% materialization table, adapter='duckdb' -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is not none and existing.is_table -%}
        {#- The rows of the run before may be read by the model that replaces them. -#}
        {%- set made = make_intermediate_relation(target) -%}
        {%- call statement('main') -%} {{ create_table_as(False, made, compiled_code) }} {%- endcall -%}
        {%- call statement('drop_existing') -%} drop table {{ existing }} {%- endcall -%}
        {%- call statement('rename') -%}
            alter table {{ made }} rename to {{ adapter.quote_as_configured(target.identifier, 'identifier') }}
        {%- endcall -%}
        {% do adapter.commit() %}
    {%- else -%}
        {{ make_relation(target, create_table_as(False, target, compiled_code)) }}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{%- endmaterialization %}

{#- Either what stood there before or all of the new one: both statements are one transaction. -#}
{% macro make_relation(target, statement_sql) -%}
    {%- set existing = load_cached_relation(target) -%}
    {%- if existing is not none -%}
        {%- call statement('drop_existing') -%} drop {{ existing.type }} {{ existing }} {%- endcall -%}
    {%- endif -%}
    {%- call statement('main') -%} {{ statement_sql }} {%- endcall -%}
    {% do adapter.commit() %}
{%- endmacro %}
