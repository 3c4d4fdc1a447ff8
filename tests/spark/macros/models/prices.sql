with

cases as (
    {% for name, price, discount, per, expected in [
        ('for one', '10', 'null', 'null', '10'),
        ('for three, rounded down', '10', '0', '3', '3.333333333333333'),
        ('for three, rounded up', '20', '0', '3', '6.666666666666667'),
        ('for a hundred, exactly', '897', 'null', '100', '8.97'),
        ('for a part', '1', '0', '0.000007', '142857.142857142857143'),
        ('with a discount', '123456.789', '0.125', '1000', '108.024690375'),
        ('below nothing', '-20', '0', '3', '-6.666666666666667'),
        ('without a price', 'null', '0', '3', 'null'),
        ('for none', '5', '0', '0', 'null'),
        ('in millions', '987654321012.345678', '0', '7', '141093474430.335096857142857'),
    ] -%}
    select
        '{{ name }}' as name,
        cast({{ price }} as decimal(18, 6)) as price,
        cast({{ discount }} as decimal(18, 6)) as discount,
        cast({{ per }} as decimal(18, 6)) as per,
        cast({{ expected if expected == 'null' else "'" ~ expected ~ "'" }} as decimal(30, 15)) as expected_price
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    name,
    {{ net_unit_price('price', 'discount', 'per') }} as got_price,
    expected_price
from cases
