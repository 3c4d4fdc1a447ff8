{#- Net price of one unit: unit_price x (1 - discount) / per_quantity, null without a price. -#}
{% macro net_unit_price(unit_price, discount, per_quantity) -%}
    {%- set net -%} {{ unit_price }} * (1 - coalesce({{ discount }}, 0)) {%- endset -%}
    case
        when coalesce({{ per_quantity }}, 1) = 1 then cast({{ net }} as decimal(30, 15))
        when {{ per_quantity }} > 0 then {{ quotient(net, per_quantity) }}
    end
{%- endmacro %}

{#-
    A quotient of decimals, the denominator positive and of six decimals at most, rounded half away from zero to
    15 decimals. DuckDB divides decimals as floats, so whole numbers are divided there.
-#}
{% macro quotient(numerator, denominator) -%}
    {{ return(adapter.dispatch('quotient', 'orderlens')(numerator, denominator)) }}
{%- endmacro %}

{% macro duckdb__quotient(numerator, denominator) -%}
    {%- set whole -%} cast(cast(abs({{ numerator }}) as decimal(38, 12)) * 1000000000000 as hugeint) {%- endset -%}
    {%- set part -%} cast(cast({{ denominator }} as decimal(18, 6)) * 1000000 as hugeint) {%- endset -%}
    cast(
        sign({{ numerator }})
        * cast((2000000000 * {{ whole }} + {{ part }}) // (2 * {{ part }}) as decimal(38, 0))
        * cast(0.000000000000001 as decimal(15, 15)) as decimal(30, 15)
    )
{%- endmacro %}

{% macro spark__quotient(numerator, denominator) -%}
    cast(cast({{ numerator }} as decimal(30, 15)) / cast({{ denominator }} as decimal(18, 6)) as decimal(30, 15))
{%- endmacro %}
