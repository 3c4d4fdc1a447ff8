{#- What inspection accepted; what it did not reject where it tells only that; all of it where nothing was inspected. -#}
{% macro accepted_of_receipt(receipts, inspected) -%}
    case
        when {{ inspected }}.is_accepted_told then {{ inspected }}.accepted_quantity
        else greatest({{ receipts }}.quantity - coalesce({{ inspected }}.rejected_quantity, 0), 0)
    end
{%- endmacro %}
