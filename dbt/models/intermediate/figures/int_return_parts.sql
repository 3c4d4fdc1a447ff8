{{ config(materialized='view') }}

with

sources as (
    select distinct source_system from {{ ref('int_returned_lines') }}
),

shipped as (
    select lines.*
    from {{ ref('int_shipped_lines') }} as lines
    inner join sources on lines.source_system = sources.source_system
),

cohorts as (
    {% for kpi, days in [('return_rate', 30), ('return_rate_60', 60), ('return_rate_90', 90)] -%}
    select
        *,
        '{{ kpi }}' as kpi,
        shipped_at + interval '{{ days }}' day as matures_at
    from shipped
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

movements as (
    select
        shipment_line_key,
        shipped_at as moved_at,
        quantity as shipped_quantity,
        cast(0 as decimal(18, 6)) as returned_quantity
    from shipped
    union all
    select
        shipment_line_key,
        received_at as moved_at,
        cast(0 as decimal(18, 6)) as shipped_quantity,
        counted_quantity as returned_quantity
    from {{ ref('int_returned_lines') }}
    where counted_quantity > 0
),

moved as (
    select
        shipment_line_key,
        moved_at,
        sum(shipped_quantity) as shipped_quantity,
        sum(returned_quantity) as returned_quantity
    from movements
    group by shipment_line_key, moved_at
)

select {{ figure_columns(part_columns(), {
    'source_system': 'cohorts.source_system',
    'kpi': 'cohorts.kpi',
    'unit_key': 'cohorts.shipment_line_key',
    'unit_id': 'cohorts.shipment_line_id',
    'counts_from': 'moved.moved_at',
    'matures_at': 'cohorts.matures_at',
    'booked_date': 'cohorts.shipped_date',
    'numerator': 'moved.returned_quantity',
    'denominator': 'moved.shipped_quantity',
    'source_file': 'cohorts.source_file',
    'source_line': 'cohorts.source_line'
}, 'lines', line_dimensions()) }}
from cohorts
inner join moved
    on cohorts.shipment_line_key = moved.shipment_line_key and cohorts.matures_at >= moved.moved_at
left join {{ ref('int_line_facts') }} as lines on cohorts.line_key = lines.line_key
