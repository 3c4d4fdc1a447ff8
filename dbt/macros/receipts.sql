{#-
    What inspections accepted, of a receipt inspected several times never more than was received; what they did not
    reject where they tell only that; all of it where nothing was inspected.
-#}
{% macro accepted_of_receipt(receipts, inspected) -%}
    cast(
        case
            when {{ inspected }}.is_accepted_told
                then least(
                    {{ inspected }}.accepted_quantity, coalesce({{ receipts }}.quantity, {{ inspected }}.accepted_quantity)
                )
            else greatest({{ receipts }}.quantity - coalesce({{ inspected }}.rejected_quantity, 0), 0)
        end as decimal(18, 6)
    )
{%- endmacro %}
