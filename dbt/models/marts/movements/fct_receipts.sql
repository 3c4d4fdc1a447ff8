with

receipts as (
    select * from {{ ref('int_receipts') }}
),

keyed as (
    select
        receipts.*,
        'not_applicable' as customer_key,
        {{ line_dimension_keys('keys', ['product', 'supplier', 'site']) }}
    from receipts
    left join {{ ref('int_line_keys') }} as keys on receipts.line_key = keys.line_key
)

select * from keyed
