select
    source_system,
    coalesce(side, 'sales') as side,
    invoice_id,
    order_id,
    po_id,
    line_no,
    uom,
    quantity,
    {{ net_unit_price('unit_price', '0', 'per_quantity') }} as unit_price,
    coalesce(net_amount, cast(quantity * {{ net_unit_price('unit_price', '0', 'per_quantity') }} as decimal(28, 6)))
        as net_amount,
    coalesce(tax_amount, 0) as tax_amount,
    currency,
    invoiced_at,
    invoiced_date,
    row_key
from {{ ref('stg_invoice_lines') }}
where known_to = {{ end_of_time() }}
