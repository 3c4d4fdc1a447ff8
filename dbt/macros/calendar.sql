{% macro calendar_days(first_day, last_day) -%}
    {{ return(adapter.dispatch('calendar_days', 'orderlens')(first_day, last_day)) }}
{%- endmacro %}

{% macro duckdb__calendar_days(first_day, last_day) -%}
    select cast(unnest(generate_series(date '{{ first_day }}', date '{{ last_day }}', interval 1 day)) as date) as day
{%- endmacro %}

{% macro spark__calendar_days(first_day, last_day) -%}
    select explode(sequence(date '{{ first_day }}', date '{{ last_day }}', interval 1 day)) as day
{%- endmacro %}

{#- A week belongs to the year its Thursday lies in. -#}
{% macro iso_year(day) -%} extract(year from {{ add_days(day, '4 - ' ~ iso_weekday(day)) }}) {%- endmacro %}

{#- Monday is 1, Sunday 7. -#}
{% macro iso_weekday(day) -%}
    {{ return(adapter.dispatch('iso_weekday', 'orderlens')(day)) }}
{%- endmacro %}

{% macro duckdb__iso_weekday(day) -%} extract(isodow from {{ day }}) {%- endmacro %}

{% macro spark__iso_weekday(day) -%} ((dayofweek({{ day }}) + 5) % 7 + 1) {%- endmacro %}

{#- A day as yyyymmdd; 0 is the member "no date". -#}
{% macro date_key(day) -%}
    coalesce(
        cast(extract(year from {{ day }}) * 10000 + extract(month from {{ day }}) * 100 + extract(day from {{ day }}) as integer),
        0
    )
{%- endmacro %}

{#- The Monday of the ISO week a day lies in. -#}
{% macro week_start(day) -%} {{ add_days(day, '1 - ' ~ iso_weekday(day)) }} {%- endmacro %}

{#- The last day of the month a day lies in. -#}
{% macro month_end(day) -%} last_day({{ day }}) {%- endmacro %}
