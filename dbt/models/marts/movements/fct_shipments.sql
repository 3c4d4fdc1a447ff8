with

shipments as (
    select * from {{ ref('int_shipments') }}
),

keyed as (
    select
        shipments.*,
        coalesce(dim_carriers.carrier_key, 'unknown') as carrier_key
    from shipments
    left join {{ ref('dim_carriers') }} as dim_carriers
        on
            shipments.source_system = dim_carriers.source_system
            and shipments.carrier_id = dim_carriers.carrier_id
)

select * from keyed
