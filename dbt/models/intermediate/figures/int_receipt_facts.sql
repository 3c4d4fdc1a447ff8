with

receipts as (
    select * from {{ ref('stg_receipts') }}
    where known_to = {{ end_of_time() }} and quantity is not null
),

described as (
    select
        receipts.source_system,
        {{ surrogate_key(['receipts.source_system', 'receipts.receipt_id']) }} as receipt_key,
        receipts.receipt_id,
        lines.line_key,
        lines.site_zone,
        {{ event_instant('receipts.received_at', 'receipts.received_date', 'lines.site_zone') }} as received_at,
        {{ event_day('receipts.received_at', 'receipts.received_date', 'lines.site_zone') }} as received_date,
        receipts.quantity,
        receipts.known_from,
        receipts.source_file,
        receipts.source_line
    from receipts
    inner join {{ ref('int_purchase_line_facts') }} as lines
        on
            receipts.source_system = lines.source_system
            and receipts.po_id = lines.po_id
            and receipts.line_no = lines.line_no
),

added as (
    select
        *,
        sum(quantity) over (
            partition by line_key order by received_at nulls last, receipt_id
            rows between unbounded preceding and current row
        ) as received_so_far
    from described
)

select * from added
