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

movements as (
    select
        shipment_line_key,
        shipped_at as moved_at,
        base_quantity as shipped_quantity,
        cast(0 as decimal(18, 6)) as returned_quantity
    from shipped
    union all
    select
        shipment_line_key,
        greatest(received_at, shipped_at) as moved_at,
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
),

units as (
    select
        shipped.source_system,
        shipped.shipment_line_key as unit_key,
        shipped.shipment_line_id as unit_id,
        shipped.line_key,
        shipped.shipped_at,
        shipped.shipped_date,
        shipped.base_uom as uom,
        shipped.source_file,
        shipped.source_line,
        moved.moved_at,
        moved.returned_quantity,
        moved.shipped_quantity
    from shipped
    inner join moved on shipped.shipment_line_key = moved.shipment_line_key
    union all
    -- What came back of no known shipment, or in a unit that leads nowhere, is counted as left out.
    select
        source_system,
        {{ surrogate_key(['source_system', 'return_line_id']) }} as unit_key,
        return_line_id as unit_id,
        line_key,
        shipped_at,
        shipped_date,
        cast(null as string) as uom,
        source_file,
        source_line,
        greatest(received_at, coalesce(shipped_at, received_at)) as moved_at,
        cast(null as decimal(18, 6)) as returned_quantity,
        cast(null as decimal(18, 6)) as shipped_quantity
    from {{ ref('int_returned_lines') }}
    where counted_quantity is null
),

cohorts as (
    {% for kpi, days in [('return_rate', 30), ('return_rate_60', 60), ('return_rate_90', 90)] -%}
    select
        *,
        '{{ kpi }}' as kpi,
        shipped_at + interval '{{ days }}' day as matures_at
    from units
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select {{ figure_columns(part_columns(), {
    'source_system': 'cohorts.source_system',
    'kpi': 'cohorts.kpi',
    'unit_key': 'cohorts.unit_key',
    'unit_id': 'cohorts.unit_id',
    'counts_from': 'cohorts.moved_at',
    'matures_at': 'cohorts.matures_at',
    'booked_date': 'cohorts.shipped_date',
    'numerator': 'cohorts.returned_quantity',
    'denominator': 'cohorts.shipped_quantity',
    'uom': 'cohorts.uom',
    'source_file': 'cohorts.source_file',
    'source_line': 'cohorts.source_line'
}, 'lines', line_dimensions()) }}
from cohorts
left join {{ ref('int_line_facts') }} as lines on cohorts.line_key = lines.line_key
where coalesce(cohorts.matures_at, cohorts.moved_at) >= cohorts.moved_at
