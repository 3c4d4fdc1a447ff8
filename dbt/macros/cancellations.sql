{#-
    A line is cancelled by its own cancellation or by its order's, whichever came first. `column` is cancelled_at,
    cancelled_date or cancelled_by; `part` and `whole` are the relations that hold them.
-#}
{% macro first_cancellation(column, part, whole, zone) -%}
    case
        when
            coalesce({{ event_instant(part ~ '.cancelled_at', part ~ '.cancelled_date', zone) }}, {{ end_of_time() }})
            <= coalesce({{ event_instant(whole ~ '.cancelled_at', whole ~ '.cancelled_date', zone) }}, {{ end_of_time() }})
            then {{ part }}.{{ column }}
        else {{ whole }}.{{ column }}
    end
{%- endmacro %}
