{#- What inspection accepted; what it did not reject where it tells only that; all of it where nothing was inspected. -#}
{% macro accepted_of_receipt(receipts, inspected) -%}
    cast(
        case
            when {{ inspected }}.is_accepted_told then {{ inspected }}.accepted_quantity
            else greatest({{ receipts }}.quantity - coalesce({{ inspected }}.rejected_quantity, 0), 0)
        end as decimal(18, 6)
    )
{%- endmacro %}
