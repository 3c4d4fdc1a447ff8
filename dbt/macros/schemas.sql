{#- The configured schema is the schema: one warehouse file holds one environment, so no prefix is needed. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
