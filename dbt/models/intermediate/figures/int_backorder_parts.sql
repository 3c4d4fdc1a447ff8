{{ config(materialized='view') }}

with

allocations as (
    select
        lines.line_key,
        lines.obligation_line_key,
        lines.is_continuation,
        lines.received_at,
        lines.cancelled_at,
        lines.quantity as ordered_quantity,
        lines.company_zone,
        allocations.attempt_no,
        case
            when coalesce(allocations.supply_type, 'stock') <> 'stock' or allocations.quantity = 0
                then cast(0 as decimal(30, 15))
            else {{ times_factor('stock', 'allocations.quantity', 'allocations.uom', 'lines.uom') }}
        end as quantity,
        {{ event_instant('allocations.valid_from', 'allocations.valid_from_date', 'lines.company_zone') }}
            as allocated_at
    from {{ ref('stg_allocations') }} as allocations
    inner join {{ ref('int_line_facts') }} as lines
        on
            allocations.source_system = lines.source_system
            and allocations.order_id = lines.order_id
            and allocations.line_no = lines.line_no
    {{ join_factors('stock', 'lines', 'allocations.uom', 'lines.uom') }}
    where allocations.known_to = {{ end_of_time() }}
),

-- Where attempts have no numbers, what was found on one day is one attempt. Three thirds of a box are one: what is
-- converted is added up before it is rounded.
numbered as (
    select
        *,
        case when attempt_no is null then {{ local_date('allocated_at', 'company_zone') }} end as attempted_date
    from allocations
),

attempts as (
    select
        obligation_line_key,
        line_key,
        is_continuation,
        received_at,
        cancelled_at,
        ordered_quantity,
        attempt_no,
        attempted_date,
        case when count(*) = count(quantity) then cast(sum(quantity) as decimal(28, 6)) end as quantity,
        min(allocated_at) as attempted_at
    from numbered
    group by
        obligation_line_key, line_key, is_continuation, received_at, cancelled_at, ordered_quantity, attempt_no,
        attempted_date
),

-- A line moved on to later orders is one line: what was tried for it first was tried in its origin.
first_attempts as (
    select * from (
        select
            *,
            row_number() over (
                partition by obligation_line_key
                order by is_continuation, received_at, line_key, coalesce(attempt_no, 1), attempted_date nulls last
            ) as position
        from attempts
    ) as ranked
    where position = 1 and attempted_at < coalesce(cancelled_at, {{ end_of_time() }})
)

select {{ figure_columns(part_columns(), {
    'kpi': "'backorder_rate'",
    'unit_key': 'lines.line_key',
    'unit_id': 'lines.unit_id',
    'counts_from': 'first_attempts.attempted_at',
    'booked_date': local_date('first_attempts.attempted_at', 'lines.company_zone'),
    'numerator': 'case when first_attempts.quantity < first_attempts.ordered_quantity then 1 '
        ~ 'when first_attempts.quantity >= first_attempts.ordered_quantity then 0 end',
    'denominator': 'case when first_attempts.quantity is not null then 1 end'
}, 'lines', line_dimensions()) }}
from first_attempts
inner join {{ ref('int_line_facts') }} as lines on first_attempts.obligation_line_key = lines.line_key
