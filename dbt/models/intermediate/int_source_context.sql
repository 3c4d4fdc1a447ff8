with

commitments as (
    select distinct source_system
    from {{ ref('stg_commitment_changes') }}
    where side = 'sales'
),

deliveries as (
    select distinct source_system from {{ ref('stg_deliveries') }}
),

only_sites as (
    select
        source_system,
        min(zone) as only_site_zone
    from {{ ref('stg_sites') }}
    where known_to = {{ end_of_time() }}
    group by source_system
    having count(distinct site_id) = 1
),

context as (
    select
        sources.source_system,
        sources.default_zone,
        only_sites.only_site_zone,
        commitments.source_system is not null as has_commitments,
        deliveries.source_system is not null as has_deliveries
    from {{ source('raw', 'sources') }} as sources
    left join commitments on sources.source_system = commitments.source_system
    left join deliveries on sources.source_system = deliveries.source_system
    left join only_sites on sources.source_system = only_sites.source_system
)

select * from context
