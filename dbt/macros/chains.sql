{#-
    Where chains of moves end: one row per start of `moves` (a model, with the condition its rows must meet), with the
    end's columns named end_<name>. `links` says which column of a move names what (from, to). A move has one target.
    Chains longer than this are taken for circles and have no end.
-#}
{% macro longest_chain() -%} {{ return(100) }} {%- endmacro %}

{% macro chain_ends(moves, links, condition='true') -%}
    {{ return(adapter.dispatch('chain_ends', 'orderlens')(moves, links, condition)) }}
{%- endmacro %}

{% macro default__chain_ends(moves, links, condition) -%}
    with recursive

    chain as (
        select
            source_system,
            {% for start, target in links -%}
            {{ start }},
            {{ target }} as at_{{ start }},
            {% endfor -%}
            1 as depth
        from {{ moves }}
        where {{ condition }}
        union all
        select
            chain.source_system,
            {% for start, target in links -%}
            chain.{{ start }},
            moves.{{ target }} as at_{{ start }},
            {% endfor -%}
            chain.depth + 1 as depth
        from chain
        inner join {{ moves }} as moves
            on
                chain.source_system = moves.source_system
                {% for start, target in links -%}
                and chain.at_{{ start }} = moves.{{ start }}
                {% endfor %}
        where chain.depth < {{ longest_chain() }} and {{ condition }}
    )

    select
        source_system,
        {% for start, target in links -%}
        {{ start }},
        max_by(at_{{ start }}, depth) as end_{{ start }}{{ ',' if not loop.last }}
        {% endfor %}
    from chain
    group by source_system{% for start, target in links %}, {{ start }}{% endfor %}
    having max(depth) < {{ longest_chain() }}
{%- endmacro %}

{#- Sail has no recursion: every further move is a join. -#}
{% macro sail__chain_ends(moves, links, condition) -%}
    select
        move_1.source_system,
        {% for start, target in links -%}
        move_1.{{ start }},
        coalesce(
            {%- for depth in range(longest_chain() - 1, 0, -1) %}
            move_{{ depth }}.{{ target }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as end_{{ start }}{{ ',' if not loop.last }}
        {% endfor %}
    from (select * from {{ moves }} where {{ condition }}) as move_1
    {% for depth in range(2, longest_chain() + 1) -%}
    left join (select * from {{ moves }} where {{ condition }}) as move_{{ depth }}
        on
            move_{{ depth - 1 }}.source_system = move_{{ depth }}.source_system
            {% for start, target in links -%}
            and move_{{ depth - 1 }}.{{ target }} = move_{{ depth }}.{{ start }}
            {% endfor %}
    {% endfor -%}
    where move_{{ longest_chain() }}.source_system is null
{%- endmacro %}
