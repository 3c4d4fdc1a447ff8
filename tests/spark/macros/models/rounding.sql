with

cases as (
    {% for given, expected in [
        ('2.0000005', '2.000001'), ('-2.0000005', '-2.000001'), ('0.0000004', '0'), ('0.0000015', '0.000002'),
        ('999999.9999995', '1000000'),
    ] -%}
    select
        '{{ given }}' as name,
        cast('{{ given }}' as decimal(18, 7)) as given,
        cast('{{ expected }}' as decimal(18, 6)) as expected_rounded
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    name,
    cast(given as decimal(18, 6)) as got_rounded,
    expected_rounded,
    cast(cast(given as decimal(30, 15)) * cast(1 as decimal(18, 6)) as decimal(38, 6)) as got_product,
    cast(expected_rounded as decimal(38, 6)) as expected_product
from cases
