with

commitments as (
    select distinct source_system
    from {{ ref('stg_commitment_changes') }}
    where side = 'sales'
),

told as (
    {% for entity in ['deliveries', 'shipment_lines', 'receipts'] -%}
    select distinct source_system, '{{ entity }}' as entity from {{ ref('stg_' ~ entity) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

movements as (
    select
        source_system,
        max(case when entity = 'deliveries' then 1 else 0 end) as deliveries,
        max(case when entity = 'shipment_lines' then 1 else 0 end) as shipment_lines,
        max(case when entity = 'receipts' then 1 else 0 end) as receipts
    from told
    group by source_system
),

only_sites as (
    select
        sites.source_system,
        min(sites.zone) as only_site_zone
    from {{ ref('stg_sites') }} as sites
    where sites.known_to = {{ end_of_time() }}
    group by sites.source_system
    having count(distinct sites.site_id) = 1
),

context as (
    select
        sources.source_system,
        sources.default_zone,
        only_sites.only_site_zone,
        commitments.source_system is not null as has_commitments,
        coalesce(movements.deliveries, 0) = 1 as has_deliveries,
        coalesce(movements.shipment_lines, 0) = 1 as has_shipments,
        coalesce(movements.receipts, 0) = 1 as has_receipts
    from {{ source('raw', 'sources') }} as sources
    left join commitments on sources.source_system = commitments.source_system
    left join movements on sources.source_system = movements.source_system
    left join only_sites on sources.source_system = only_sites.source_system
)

select * from context
