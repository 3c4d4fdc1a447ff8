{#-
    Rows of an entity as known now. What the source tells as a day counts from the end of that day in the company's
    zone. `times` names the columns <name>_at and <name>_date that say when.
-#}
{% macro current_rows(model, key, columns, times=[], side=false) -%}
    with

    rows_now as (
        select
            versions.*,
            {{ company_zone('context') }} as company_zone
        from {{ ref(model) }} as versions
        inner join {{ ref('int_source_context') }} as context on versions.source_system = context.source_system
        where versions.known_to = {{ end_of_time() }}
    ),

    told as (
        select
            {{ surrogate_key(['source_system', 'row_key']) }} as {{ key }},
            source_system,
            {% if side -%}
            coalesce(side, 'sales') as side,
            {% endif -%}
            {% for column in columns -%}
            {{ column }},
            {% endfor -%}
            {% for time in times -%}
            {{ event_instant(time ~ '_at', time ~ '_date', 'company_zone') }} as {{ time }}_at,
            {{ event_day(time ~ '_at', time ~ '_date', 'company_zone') }} as {{ time }}_date,
            {% endfor -%}
            row_key,
            source_file,
            source_line
        from rows_now
    )

    select * from told
{%- endmacro %}

{#- Where the company is at home: the zone its source declares, else that of its only site. -#}
{% macro company_zone(context) -%}
    coalesce({{ context }}.default_zone, {{ context }}.only_site_zone, 'Etc/UTC')
{%- endmacro %}

{#- The version of a customer, product, supplier or site that held at an instant; the last one where none is told. -#}
{% macro version_join(name, facts, instant, id=none) -%}
    left join {{ ref('dim_' ~ name ~ 's') }} as dim_{{ name }}s
        on
            {{ facts }}.source_system = dim_{{ name }}s.source_system
            and {{ id or facts ~ '.' ~ name ~ '_id' }} = dim_{{ name }}s.{{ name }}_id
            and coalesce({{ instant }}, {{ last_instant() }}) >= dim_{{ name }}s.valid_from
            and coalesce({{ instant }}, {{ last_instant() }}) < dim_{{ name }}s.valid_to
{%- endmacro %}

{#- The order and the line a fact is about, as `order_keys` and `line_keys`. -#}
{% macro order_line_joins(facts, side) -%}
    left join {{ ref('int_order_keys') }} as order_keys
        on
            {{ facts }}.source_system = order_keys.source_system
            and {{ side }} = order_keys.side
            and {{ facts }}.order_id = order_keys.order_id
    left join {{ ref('int_line_keys') }} as line_keys
        on
            {{ facts }}.source_system = line_keys.source_system
            and {{ side }} = line_keys.side
            and {{ facts }}.order_id = line_keys.order_id
            and {{ facts }}.line_no = line_keys.line_no
{%- endmacro %}

{#-
    Keys of a fact about an order or a line of one, after `order_line_joins`: what is about a whole order has no product
    and no site, and a purchase no customer. Where the order is not known, `others` may know better: name -> key.
-#}
{% macro order_line_keys(facts, side, others={}) -%}
    coalesce(line_keys.order_key, order_keys.order_key, 'unknown') as order_key,
    coalesce(
        line_keys.line_key,
        case when {{ facts }}.line_no is null and order_keys.order_key is not null then 'not_applicable' else 'unknown' end
    ) as line_key,
    {% for name in ['customer', 'supplier'] -%}
    coalesce(
        line_keys.{{ name }}_key,
        order_keys.{{ name }}_key,
        {% if name in others -%}
        {{ others[name] }},
        {% endif -%}
        {% if name == 'customer' -%}
        case when {{ side }} = 'purchase' then 'not_applicable' end,
        {% endif -%}
        'unknown'
    ) as {{ name }}_key,
    {% endfor -%}
    {% for name in ['product', 'site'] -%}
    coalesce(
        line_keys.{{ name }}_key,
        {% if name in others -%}
        {{ others[name] }},
        {% endif -%}
        case when {{ facts }}.line_no is null and order_keys.order_key is not null then 'not_applicable' else 'unknown' end
    ) as {{ name }}_key{{ ',' if not loop.last }}
    {% endfor -%}
{%- endmacro %}

{#- Keys of a fact about a line, whose relation `int_line_keys` may not hold. -#}
{% macro line_dimension_keys(keys, names=['customer', 'product', 'supplier', 'site']) -%}
    {% for name in names -%}
    coalesce({{ keys }}.{{ name }}_key, 'unknown') as {{ name }}_key{{ ',' if not loop.last }}
    {% endfor -%}
{%- endmacro %}

{#- What parties of a side were billed, credited and paid in the months that had ended by the as-of, and then owed. -#}
{% macro month_balances(side, party) -%}
    with

    balances as (
        select
            *,
            party_id as {{ party }}_id
        from {{ ref('int_account_months') }}
        where side = '{{ side }}' and is_by_as_of
    ),

    keyed as (
        select
            {{ surrogate_key([
                'balances.source_system', 'balances.' ~ party ~ '_id', 'balances.currency', 'balances.last_day'
            ]) }} as balance_key,
            balances.source_system,
            coalesce(dim_{{ party }}s.{{ party }}_key, 'unknown') as {{ party }}_key,
            balances.{{ party }}_id,
            balances.currency,
            balances.last_day as snapshot_date,
            balances.invoiced_amount,
            balances.credited_amount,
            balances.paid_amount,
            balances.balance_amount
        from balances
        {{ version_join(party, 'balances', 'balances.ended_at') }}
    )

    select * from keyed
{%- endmacro %}
