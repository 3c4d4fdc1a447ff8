{#- The last value of a window's frame that is not null; followed by `over`. -#}
{% macro last_known(column) -%}
    {{ return(adapter.dispatch('last_known', 'orderlens')(column)) }}
{%- endmacro %}

{% macro default__last_known(column) -%} last_value({{ column }} ignore nulls) {%- endmacro %}

{% macro spark__last_known(column) -%} last_value({{ column }}) ignore nulls {%- endmacro %}

{#- A number of its own for every row of a result that is written to a table; which row gets which does not matter. -#}
{% macro row_numbers(key) -%}
    {{ return(adapter.dispatch('row_numbers', 'orderlens')(key)) }}
{%- endmacro %}

{% macro default__row_numbers(key) -%} row_number() over () {%- endmacro %}

{#- Spark numbers only rows in an order. -#}
{% macro spark__row_numbers(key) -%} row_number() over (order by {{ key | join(', ') }}) {%- endmacro %}
