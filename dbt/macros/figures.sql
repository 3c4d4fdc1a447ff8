{#-
    What every additive part of a KPI has, whatever it counts. A part counts from an instant on, so that a figure as of
    a day is the sum of the parts that had come to count by then; it is booked to a day, and says whose it is.
-#}
{% macro part_columns() -%}
    {{ return([
        ('source_system', 'string'), ('kpi', 'string'), ('unit_key', 'string'), ('unit_id', 'string'),
        ('order_key', 'string'), ('counts_from', 'timestamp'), ('matures_at', 'timestamp'), ('booked_date', 'date'),
        ('numerator', 'decimal(28, 6)'), ('denominator', 'decimal(28, 6)'), ('stratum', 'string'),
        ('step', 'string'), ('reason', 'string'), ('currency', 'string'), ('uom', 'string'), ('customer_id', 'string'),
        ('customer_region', 'string'), ('region', 'string'), ('channel', 'string'), ('document_format', 'string'),
        ('order_type', 'string'), ('product_id', 'string'), ('product_family', 'string'), ('supplier_id', 'string'),
        ('site_id', 'string'), ('source_file', 'string'), ('source_line', 'bigint')
    ]) }}
{%- endmacro %}

{#-
    What a duration has: open ones have no end, others ended nobody knows when; what the customer asked to wait for is
    told apart. Where more of a span came to be known later, several rows tell it, each from `counts_from` on and before
    `counts_until`.
-#}
{% macro duration_columns() -%}
    {{ return([
        ('source_system', 'string'), ('kpi', 'string'), ('unit_key', 'string'), ('unit_id', 'string'),
        ('order_key', 'string'), ('counts_from', 'timestamp'), ('counts_until', 'timestamp'),
        ('started_at', 'timestamp'), ('ended_at', 'timestamp'), ('cancelled_at', 'timestamp'),
        ('is_end_unknown', 'boolean'), ('waited_hours', 'double'), ('booked_date', 'date'), ('ended_date', 'date'),
        ('step', 'string'), ('calendar_id', 'string'), ('customer_id', 'string'), ('customer_region', 'string'),
        ('region', 'string'), ('channel', 'string'), ('document_format', 'string'), ('order_type', 'string'),
        ('product_id', 'string'), ('product_family', 'string'), ('supplier_id', 'string'), ('site_id', 'string'),
        ('source_file', 'string'), ('source_line', 'bigint')
    ]) }}
{%- endmacro %}

{#- What a balance has: what stood open at a month's end, and what flowed in the months before it. -#}
{% macro balance_columns() -%}
    {{ return([
        ('source_system', 'string'), ('kpi', 'string'), ('unit_key', 'string'), ('unit_id', 'string'),
        ('booked_date', 'date'), ('counts_from', 'timestamp'), ('balance', 'decimal(28, 6)'),
        ('flow', 'decimal(28, 6)'), ('flow_days', 'integer'), ('flow_months', 'integer'), ('currency', 'string'),
        ('customer_id', 'string'), ('customer_region', 'string'), ('product_id', 'string'),
        ('product_family', 'string'), ('supplier_id', 'string'), ('site_id', 'string')
    ]) }}
{%- endmacro %}

{#-
    The select list of a part, a duration or a balance: `told` maps columns to expressions; a column not told is taken
    from `dims` (an alias) where it is one of `taken`, else it is null.
-#}
{% macro figure_columns(columns, told, dims=none, taken=[]) -%}
    {% for name, dtype in columns -%}
    {%- set expression = told[name] if name in told else (dims ~ '.' ~ name if name in taken else 'null') -%}
    cast({{ expression }} as {{ dtype }}) as {{ name }}{{ ',' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{% macro order_dimensions() -%}
    {{ return([
        'source_system', 'order_key', 'customer_id', 'customer_region', 'region', 'channel', 'document_format',
        'order_type', 'source_file', 'source_line'
    ]) }}
{%- endmacro %}

{% macro line_dimensions() -%}
    {{ return(order_dimensions() + ['product_id', 'product_family', 'supplier_id', 'site_id']) }}
{%- endmacro %}

{% macro purchase_dimensions() -%}
    {{ return([
        'source_system', 'order_key', 'supplier_id', 'site_id', 'product_id', 'product_family', 'source_file',
        'source_line'
    ]) }}
{%- endmacro %}

{#- From when on a month's end counts: its own end, or the day's in UTC where that comes first, since as-of days end there. -#}
{% macro month_counts_from(months) -%}
    {{ return('least(' ~ months ~ '.ended_at, ' ~ local_day_end(months ~ '.last_day', "'Etc/UTC'") ~ ')') }}
{%- endmacro %}
