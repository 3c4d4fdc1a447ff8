{#-
    A relation that tells how much of one thing makes another, read either way: `from_name` x multiplier / divisor is
    `to_name`. What was told that way is preferred to what was told the other way (`preference`).
-#}
{% macro told_both_ways(relation, kept, from_name, to_name, factor) -%}
select
    {{ kept | join(', ') }}, {{ from_name }}, {{ to_name }}, {{ factor }} as multiplier,
    cast(1 as decimal(18, 6)) as divisor, 1 as preference
from {{ relation }}
where known_to = {{ end_of_time() }}
union all
select
    {{ kept | join(', ') }}, {{ to_name }} as {{ from_name }}, {{ from_name }} as {{ to_name }},
    cast(1 as decimal(18, 6)) as multiplier, {{ factor }} as divisor, 2 as preference
from {{ relation }}
where known_to = {{ end_of_time() }}
{%- endmacro %}

{#-
    The factors (int_uom_factors) that lead from one unit of measure to another: the product's own, else the one for
    every product. `name` is an alias prefix, so that one select can convert several things.
-#}
{% macro join_factors(name, rows, from_uom, to_uom) -%}
    left join {{ ref('int_uom_factors') }} as {{ name }}_own
        on
            {{ rows }}.source_system = {{ name }}_own.source_system
            and {{ rows }}.product_id = {{ name }}_own.product_id
            and {{ from_uom }} = {{ name }}_own.from_uom
            and {{ to_uom }} = {{ name }}_own.to_uom
    left join {{ ref('int_uom_factors') }} as {{ name }}_shared
        on
            {{ rows }}.source_system = {{ name }}_shared.source_system
            and {{ name }}_shared.product_id is null
            and {{ from_uom }} = {{ name }}_shared.from_uom
            and {{ to_uom }} = {{ name }}_shared.to_uom
{%- endmacro %}

{#- `amount` times the joined factors; as it is where either unit is not told or both are one; else null. -#}
{% macro times_factor(name, amount, from_uom, to_uom) -%}
    case
        when {{ from_uom }} is null or {{ to_uom }} is null or {{ from_uom }} = {{ to_uom }}
            then cast({{ amount }} as decimal(30, 15))
        when {{ name }}_own.multiplier is not null
            then {{ quotient(amount ~ ' * ' ~ name ~ '_own.multiplier', name ~ '_own.divisor') }}
        else {{ quotient(amount ~ ' * ' ~ name ~ '_shared.multiplier', name ~ '_shared.divisor') }}
    end
{%- endmacro %}

{#- A quantity in the unit of measure `to_uom`, of six decimals. -#}
{% macro in_unit(name, quantity, from_uom, to_uom) -%}
    cast({{ times_factor(name, quantity, from_uom, to_uom) }} as decimal(18, 6))
{%- endmacro %}
