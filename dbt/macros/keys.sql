{#- A surrogate key: never null, and unambiguous whatever characters the ids hold. -#}
{% macro surrogate_key(columns) -%}
    md5(concat_ws(chr(31), {% for column in columns -%}
    coalesce(cast({{ column }} as string), chr(30)){{ ', ' if not loop.last }}
    {%- endfor %}))
{%- endmacro %}
