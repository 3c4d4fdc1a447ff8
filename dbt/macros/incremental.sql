{#-
    Facts hold whole orders: what a run recomputes it first removes, so that a rerun, a moved line or a
    deleted order leaves nothing behind, and an incremental build equals a full one.
-#}
{% macro forget_affected_orders() -%}
    {% if is_incremental() -%}
        delete from {{ this }} where order_key in (select order_key from {{ ref('int_affected_orders') }})
    {%- else -%}
        select 1
    {%- endif %}
{%- endmacro %}

{#- Plain Parquet tables of Spark can take no row back, so facts are built anew there. -#}
{% macro fact_materialization() -%}
    {{ return(adapter.dispatch('fact_materialization', 'orderlens')()) }}
{%- endmacro %}

{% macro default__fact_materialization() -%} {{ return('incremental') }} {%- endmacro %}

{% macro spark__fact_materialization() -%} {{ return('table') }} {%- endmacro %}
