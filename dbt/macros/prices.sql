{#- Net price of one unit: unit_price x (1 - discount) / per_quantity, null without a price. -#}
{% macro net_unit_price(unit_price, discount, per_quantity) -%}
    cast(
        case
            when coalesce({{ per_quantity }}, 1) = 1 then {{ unit_price }} * (1 - coalesce({{ discount }}, 0))
            when {{ per_quantity }} > 0 then {{ unit_price }} * (1 - coalesce({{ discount }}, 0)) / {{ per_quantity }}
        end as decimal(30, 15)
    )
{%- endmacro %}
