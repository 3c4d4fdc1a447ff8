{{ config(materialized='view') }}

with

told as (
    select * from {{ ref('stg_uom_conversions') }}
    where known_to = {{ end_of_time() }}
),

both_ways as (
    select
        source_system, product_id, from_uom, to_uom, factor as multiplier,
        cast(1 as decimal(18, 6)) as divisor, 1 as preference
    from told
    union all
    select
        source_system, product_id, to_uom as from_uom, from_uom as to_uom, cast(1 as decimal(18, 6)) as multiplier,
        factor as divisor, 2 as preference
    from told
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
