{#- What every KPI of conformance needs, as its metric's meta says it: one row per KPI, part, choice and need. -#}
{% macro kpi_needs() -%}
    {%- set rows = [] -%}
    {%- if execute -%}
        {%- for metric in graph.metrics.values() if metric.config.meta.get('kpi')
            and metric.config.meta.get('kind', 'conformance') == 'conformance' -%}
            {%- set meta = metric.config.meta -%}
            {%- for part, choices in meta.needs.items() -%}
                {%- set by_choice = choices if choices is mapping else {'': choices} -%}
                {%- for choice, needs in by_choice.items() -%}
                    {%- for need in needs -%}
                        {%- do rows.append([metric.name, meta.side, meta.measure, part, choice, need]) -%}
                    {%- endfor -%}
                {%- endfor -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    select kpi, side, measure, part, choice, need
    from (
        values
        {% for row in rows or [['', '', '', '', '', '']] -%}
            ('{{ row | join("', '") }}'){{ ',' if not loop.last }}
        {% endfor -%}
    ) as needs (kpi, side, measure, part, choice, need)
{%- endmacro %}
