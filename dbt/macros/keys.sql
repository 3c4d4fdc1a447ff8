{#-
    A surrogate key: never null, and unambiguous whatever characters the ids hold. The cast is for Sail, whose md5 gives
    views of text that drag all rows they were cut from through every join.
-#}
{% macro surrogate_key(columns) -%}
    cast(md5(concat_ws(chr(31), {% for column in columns -%}
    coalesce(cast({{ column }} as string), chr(30)){{ ', ' if not loop.last }}
    {%- endfor %})) as string)
{%- endmacro %}
