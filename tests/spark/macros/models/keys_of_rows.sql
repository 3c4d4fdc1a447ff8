with

cases as (
    select
        cast('é/1E5' as string) as id,
        cast(null as string) as absent,
        cast('' as string) as empty,
        timestamp '0001-01-01 00:00:00' as first_instant,
        timestamp '9999-12-31 00:00:00' as last_instant,
        timestamp '2026-01-31 22:59:59.999999' as instant,
        timestamp '2026-01-31 22:59:59.500000' as half,
        date '2026-01-31' as day,
        cast(7 as bigint) as whole,
        cast(0 as decimal(18, 6)) as nothing,
        cast(-1.5 as decimal(18, 6)) as price,
        true as flag
)

{% set columns = [
    ('id', 'é/1E5'), ('absent', '\x1e'), ('empty', ''), ('first_instant', '0001-01-01 00:00:00'),
    ('last_instant', '9999-12-31 00:00:00'), ('instant', '2026-01-31 22:59:59.999999'), ('half', '2026-01-31 22:59:59.5'),
    ('day', '2026-01-31'), ('whole', '7'), ('nothing', '0.000000'), ('price', '-1.500000'), ('flag', 'true'),
] -%}
{% for column, text in columns -%}
select '{{ column }}' as name, {{ surrogate_key([column]) }} as got_key, '{{ local_md5(text) }}' as expected_key
from cases
union all
{% endfor -%}
select
    'all' as name,
    {{ surrogate_key(columns | map(attribute=0) | list) }} as got_key,
    '{{ local_md5(columns | map(attribute=1) | join("\x1f")) }}' as expected_key
from cases
