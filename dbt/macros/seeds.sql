{#- dbt-spark puts values between quotes as they are: an apostrophe in one breaks the statement. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set statement -%}
        insert into {{ this }} values
        {% for row in agate_table.rows -%}
        (
            {%- for column in agate_table.column_names -%}
            {%- set value = row[loop.index0] -%}
            cast(
                {%- if value is none %}null{% else %}'{{ value | string | replace("\\", "\\\\") | replace("'", "\\'") }}'{% endif %} as
                {{ types.get(column, 'string') }}
            )
            {%- if not loop.last %}, {% endif -%}
            {%- endfor -%}
        )
        {%- if not loop.last %},{% endif %}
        {% endfor %}
    {%- endset -%}
    {%- do adapter.add_query(statement, abridge_sql_log=True) -%}
    {{ return(statement) }}
{%- endmacro %}
