{{ config(materialized='view') }}

with

allocations as (
    select
        allocations.source_system,
        allocations.order_id,
        allocations.line_no,
        coalesce(allocations.attempt_no, 1) as attempt_no,
        case when coalesce(allocations.supply_type, 'stock') = 'stock' then allocations.quantity else 0 end as quantity,
        {{ event_instant(
            'allocations.valid_from', 'allocations.valid_from_date',
            "coalesce(context.default_zone, context.only_site_zone, 'Etc/UTC')"
        ) }} as allocated_at
    from {{ ref('stg_allocations') }} as allocations
    inner join {{ ref('int_source_context') }} as context on allocations.source_system = context.source_system
    where allocations.known_to = {{ end_of_time() }}
),

attempts as (
    select
        source_system,
        order_id,
        line_no,
        attempt_no,
        sum(quantity) as quantity,
        min(allocated_at) as attempted_at
    from allocations
    group by source_system, order_id, line_no, attempt_no
),

first_attempts as (
    select * from (
        select
            *,
            row_number() over (partition by source_system, order_id, line_no order by attempt_no) as position
        from attempts
    ) as ranked
    where position = 1 and attempted_at is not null
)

select {{ figure_columns(part_columns(), {
    'kpi': "'backorder_rate'",
    'unit_key': 'lines.line_key',
    'unit_id': 'lines.unit_id',
    'counts_from': 'first_attempts.attempted_at',
    'booked_date': local_date('first_attempts.attempted_at', 'lines.company_zone'),
    'numerator': 'case when first_attempts.quantity < lines.quantity then 1 else 0 end',
    'denominator': '1'
}, 'lines', line_dimensions()) }}
from first_attempts
inner join {{ ref('int_line_facts') }} as lines
    on
        first_attempts.source_system = lines.source_system
        and first_attempts.order_id = lines.order_id
        and first_attempts.line_no = lines.line_no
