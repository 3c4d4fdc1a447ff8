with

deliveries as (
    select * from {{ ref('int_deliveries') }}
),

keyed as (
    select
        deliveries.*,
        {{ line_dimension_keys('keys') }}
    from deliveries
    left join {{ ref('int_line_keys') }} as keys on deliveries.line_key = keys.line_key
)

select * from keyed
