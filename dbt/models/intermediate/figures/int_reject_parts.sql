{{ config(materialized='view') }}

with

inspections as (
    select
        receipts.source_system,
        receipts.receipt_key,
        receipts.receipt_id,
        receipts.line_key,
        receipts.received_date,
        receipts.site_zone,
        receipts.quantity,
        receipts.source_file,
        receipts.source_line,
        coalesce(
            {{ event_instant('inspections.inspected_at', 'inspections.inspected_date', 'receipts.site_zone') }},
            receipts.received_at,
            receipts.known_from
        ) as inspected_at,
        coalesce(inspections.rejected_quantity, 0) as rejected_quantity
    from {{ ref('stg_quality_inspections') }} as inspections
    inner join {{ ref('int_receipt_facts') }} as receipts
        on
            inspections.source_system = receipts.source_system
            and inspections.receipt_id = receipts.receipt_id
    where inspections.known_to = {{ end_of_time() }}
),

placed as (
    select
        *,
        min(inspected_at) over (partition by receipt_key) as receipt_inspected_at,
        min(inspected_at) over (partition by line_key) as line_inspected_at,
        sum(rejected_quantity) over (
            partition by receipt_key order by inspected_at
            range between unbounded preceding and current row
        ) as rejected_so_far
    from inspections
),

of_receipts as (
    select
        line_key,
        receipt_key,
        receipt_id,
        inspected_at,
        min(coalesce(
            received_date, {{ local_date('receipt_inspected_at', 'site_zone') }}
        )) as booked_date,
        least(max(rejected_so_far), max(quantity))
        - least(max(rejected_so_far) - sum(rejected_quantity), max(quantity)) as rejected_quantity,
        max(case when inspected_at = receipt_inspected_at then quantity else 0 end) as received_quantity,
        min(source_file) as source_file,
        min(source_line) as source_line
    from placed
    group by line_key, receipt_key, receipt_id, inspected_at
),

of_lines as (
    select
        line_key,
        min(line_inspected_at) as inspected_at,
        min(case when rejected_quantity > 0 then inspected_at end) as rejected_at,
        min(coalesce(received_date, {{ local_date('line_inspected_at', 'site_zone') }})) as booked_date
    from placed
    group by line_key
),

verdicts as (
    select
        line_key, booked_date, inspected_at as counts_from, 1 as denominator,
        case when rejected_at = inspected_at then 0 else 1 end as numerator
    from of_lines
    union all
    select line_key, booked_date, rejected_at as counts_from, 0 as denominator, -1 as numerator
    from of_lines
    where rejected_at > inspected_at
)

select {{ figure_columns(part_columns(), {
    'kpi': "'supplier_reject_rate'",
    'unit_key': 'of_receipts.receipt_key',
    'unit_id': 'of_receipts.receipt_id',
    'counts_from': 'of_receipts.inspected_at',
    'booked_date': 'of_receipts.booked_date',
    'numerator': 'of_receipts.rejected_quantity',
    'denominator': 'of_receipts.received_quantity',
    'uom': 'lines.uom',
    'source_file': 'of_receipts.source_file',
    'source_line': 'of_receipts.source_line'
}, 'lines', purchase_dimensions()) }}
from of_receipts
inner join {{ ref('int_purchase_line_facts') }} as lines on of_receipts.line_key = lines.line_key
union all
select {{ figure_columns(part_columns(), {
    'kpi': "'supplier_lines_without_reject'",
    'unit_key': 'lines.line_key',
    'unit_id': 'lines.unit_id',
    'counts_from': 'verdicts.counts_from',
    'booked_date': 'verdicts.booked_date',
    'numerator': 'verdicts.numerator',
    'denominator': 'verdicts.denominator'
}, 'lines', purchase_dimensions()) }}
from verdicts
inner join {{ ref('int_purchase_line_facts') }} as lines on verdicts.line_key = lines.line_key
