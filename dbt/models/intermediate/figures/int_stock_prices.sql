{{ config(materialized='view') }}

with

lines as (
    select
        source_system,
        product_id,
        unit_id,
        uom,
        currency,
        released_at,
        {{ local_date('released_at', 'site_zone') }} as released_date,
        {{ net_unit_price('unit_price', '0', 'per_quantity') }} as unit_price
    from {{ ref('int_purchase_line_facts') }}
    where released_at is not null and unit_price is not null
),

dated as (
    select
        *,
        extract(year from released_date) * 12 + extract(month from released_date) as month_no
    from lines
),

last_of_months as (
    select * from (
        select
            *,
            row_number() over (
                partition by source_system, product_id, month_no order by released_at desc, unit_id desc
            ) as position
        from dated
    ) as ranked
    where position = 1
)

select
    source_system,
    product_id,
    month_no as from_month_no,
    coalesce(lead(month_no) over (partition by source_system, product_id order by month_no) - 1, 120000) as to_month_no,
    unit_price,
    uom,
    currency
from last_of_months
