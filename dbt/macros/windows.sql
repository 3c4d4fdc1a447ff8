{#- The last value of a window's frame that is not null; followed by `over`. -#}
{% macro last_known(column) -%}
    {{ return(adapter.dispatch('last_known', 'orderlens')(column)) }}
{%- endmacro %}

{% macro default__last_known(column) -%} last_value({{ column }} ignore nulls) {%- endmacro %}

{% macro spark__last_known(column) -%} last_value({{ column }}) ignore nulls {%- endmacro %}
