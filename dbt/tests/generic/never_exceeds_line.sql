{#- At no instant do the pegs that hold for a line add up to more than the line; one more can only hold from its start. -#}
{% test never_exceeds_line(model, lines) %}

select pegs.peg_key, lines.quantity, sum(beside.pegged_quantity) as pegged_quantity
from {{ model }} as pegs
inner join {{ model }} as beside
    on
        pegs.line_key = beside.line_key
        and beside.holds_from <= pegs.holds_from
        and beside.holds_to > pegs.holds_from
inner join {{ lines }} as lines on pegs.line_key = lines.line_key
group by pegs.peg_key, lines.quantity
having sum(beside.pegged_quantity) > lines.quantity

{% endtest %}
