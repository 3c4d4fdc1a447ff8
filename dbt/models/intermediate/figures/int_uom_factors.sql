with

both_ways as (
    {{ told_both_ways(
        ref('stg_uom_conversions'), ['source_system', 'product_id'], 'from_uom', 'to_uom', 'factor'
    ) }}
),

factors as (
    select * from (
        select
            *,
            row_number() over (
                partition by source_system, product_id, from_uom, to_uom order by preference
            ) as position
        from both_ways
    ) as ranked
    where position = 1
)

select source_system, product_id, from_uom, to_uom, multiplier, divisor from factors
