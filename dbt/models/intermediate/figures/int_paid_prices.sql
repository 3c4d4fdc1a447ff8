with

lines as (
    select * from {{ ref('int_purchase_line_facts') }}
),

receipts as (
    select * from {{ ref('int_receipt_facts') }}
),

first_receipts as (
    select
        line_key,
        min(received_at) as received_at,
        min(received_date) as received_date,
        min(known_from) as known_from
    from receipts
    group by line_key
),

invoice_lines as (
    select
        lines.line_key,
        lines.released_at,
        coalesce(
            {{ event_instant('invoiced.invoiced_at', 'invoiced.invoiced_date', 'lines.site_zone') }},
            invoices.invoiced_at
        ) as invoiced_at,
        -- What is credited may be told by a price below zero too.
        case when invoiced.unit_price < 0 then -invoiced.quantity else invoiced.quantity end as quantity,
        abs(invoiced.unit_price) as unit_price,
        coalesce(invoiced.uom, lines.uom) as uom,
        coalesce(invoiced.currency, invoices.currency, lines.currency) as currency
    from {{ ref('int_invoice_lines') }} as invoiced
    inner join lines
        on
            invoiced.source_system = lines.source_system
            and invoiced.po_id = lines.po_id
            and invoiced.line_no = lines.line_no
    left join {{ ref('int_invoices') }} as invoices
        on
            invoiced.source_system = invoices.source_system
            and invoiced.side = invoices.side
            and invoiced.invoice_id = invoices.invoice_id
    where invoiced.side = 'purchase' and invoiced.unit_price is not null and invoiced.quantity is not null
),

confirmations as (
    select * from (
        select
            source_system,
            po_id,
            line_no,
            confirmed_price,
            row_number() over (
                partition by source_system, po_id, line_no
                order by confirmation_version desc, confirmed_at desc, schedule_no desc
            ) as position
        from {{ ref('stg_supplier_confirmations') }}
        where known_to = {{ end_of_time() }} and confirmed_price is not null
    ) as ranked
    where position = 1
),

confirmed as (
    select
        lines.line_key,
        lines.released_at,
        lines.uom,
        lines.currency,
        {{ net_unit_price(
            'coalesce(confirmations.confirmed_price, lines.unit_price)', '0', 'lines.per_quantity'
        ) }} as unit_price
    from lines
    left join confirmations
        on
            lines.source_system = confirmations.source_system
            and lines.po_id = confirmations.po_id
            and lines.line_no = confirmations.line_no
),

invoiced_lines as (
    select distinct line_key from invoice_lines
),

-- What was received nobody knows when is booked to no day: its price is left open, so that it is counted as left out.
paid as (
    select
        invoice_lines.line_key,
        case
            when first_receipts.received_at is null
                then coalesce(invoice_lines.invoiced_at, invoice_lines.released_at, first_receipts.known_from)
            else
                greatest(
                    coalesce(invoice_lines.invoiced_at, first_receipts.received_at), first_receipts.received_at
                )
        end as counts_from,
        first_receipts.received_date as booked_date,
        invoice_lines.quantity,
        case when first_receipts.received_at is not null then invoice_lines.unit_price end as unit_price,
        invoice_lines.uom,
        invoice_lines.currency
    from invoice_lines
    inner join first_receipts on invoice_lines.line_key = first_receipts.line_key
    union all
    select
        receipts.line_key,
        coalesce(receipts.received_at, confirmed.released_at, receipts.known_from) as counts_from,
        receipts.received_date as booked_date,
        receipts.quantity,
        case when receipts.received_at is not null then confirmed.unit_price end as unit_price,
        confirmed.uom,
        confirmed.currency
    from receipts
    inner join confirmed on receipts.line_key = confirmed.line_key
    left join invoiced_lines on receipts.line_key = invoiced_lines.line_key
    where invoiced_lines.line_key is null and confirmed.unit_price is not null
)

select * from paid
