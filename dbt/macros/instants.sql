{#- Instants are naive timestamps that mean UTC; a day belongs to a place, named by its IANA zone. -#}

{% macro beginning_of_time() -%} timestamp '0001-01-01 00:00:00' {%- endmacro %}

{% macro end_of_time() -%} timestamp '9999-12-31 00:00:00' {%- endmacro %}

{% macro local_date(instant, zone) -%}
    {{ return(adapter.dispatch('local_date', 'orderlens')(instant, zone)) }}
{%- endmacro %}

{% macro duckdb__local_date(instant, zone) -%}
    cast(timezone({{ zone }}, timezone('UTC', {{ instant }})) as date)
{%- endmacro %}

{% macro spark__local_date(instant, zone) -%}
    cast(from_utc_timestamp({{ instant }}, {{ zone }}) as date)
{%- endmacro %}

{#- The first instant of a local day, also where clocks that go back let midnight come twice. -#}
{% macro local_day_start(day, zone) -%}
    {{ return(adapter.dispatch('local_day_start', 'orderlens')(day, zone)) }}
{%- endmacro %}

{% macro duckdb__local_day_start(day, zone) -%}
    {%- set midnight -%} timezone('UTC', timezone({{ zone }}, cast({{ day }} as timestamp))) {%- endset -%}
    {%- set hour_before -%} {{ midnight }} - interval '1' hour {%- endset -%}
    case when {{ local_date(hour_before, zone) }} = {{ day }} then {{ hour_before }} else {{ midnight }} end
{%- endmacro %}

{% macro spark__local_day_start(day, zone) -%}
    to_utc_timestamp(cast({{ day }} as timestamp), {{ zone }})
{%- endmacro %}

{#- The last microsecond of a local day: an obligation has fallen due once this instant is reached. -#}
{% macro local_day_end(day, zone) -%}
    ({{ local_day_start(add_days(day, 1), zone) }}) - interval '1' microsecond
{%- endmacro %}

{% macro add_days(day, days) -%}
    {{ return(adapter.dispatch('add_days', 'orderlens')(day, days)) }}
{%- endmacro %}

{% macro duckdb__add_days(day, days) -%}
    (({{ day }}) + cast(({{ days }}) as integer))
{%- endmacro %}

{% macro spark__add_days(day, days) -%}
    date_add({{ day }}, cast(({{ days }}) as int))
{%- endmacro %}

{% macro days_between(earlier, later) -%}
    {{ return(adapter.dispatch('days_between', 'orderlens')(earlier, later)) }}
{%- endmacro %}

{% macro duckdb__days_between(earlier, later) -%}
    (({{ later }}) - ({{ earlier }}))
{%- endmacro %}

{% macro spark__days_between(earlier, later) -%}
    datediff({{ later }}, {{ earlier }})
{%- endmacro %}

{% macro microseconds_between(earlier, later) -%}
    {{ return(adapter.dispatch('microseconds_between', 'orderlens')(earlier, later)) }}
{%- endmacro %}

{% macro duckdb__microseconds_between(earlier, later) -%}
    (epoch_us({{ later }}) - epoch_us({{ earlier }}))
{%- endmacro %}

{% macro spark__microseconds_between(earlier, later) -%}
    (unix_micros({{ later }}) - unix_micros({{ earlier }}))
{%- endmacro %}

{% macro month_start(day) -%} {{ add_days(day, '1 - extract(day from ' ~ day ~ ')') }} {%- endmacro %}

{#- The instant from which an event counts: its own, else the end of the local day that is all the source knows. -#}
{% macro event_instant(instant, day, zone) -%}
    coalesce({{ instant }}, {{ local_day_end(day, zone) }})
{%- endmacro %}

{#- The local day of an event, whichever way the source told it. -#}
{% macro event_day(instant, day, zone) -%}
    coalesce({{ day }}, {{ local_date(instant, zone) }})
{%- endmacro %}

{#- An instant inside the last span of everything that has not ended. -#}
{% macro last_instant() -%} timestamp '9999-12-30 00:00:00' {%- endmacro %}
