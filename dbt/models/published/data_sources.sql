with

landed as (
    select
        source_system,
        cast(sum(landed) as bigint) as landed_rows,
        cast(sum(accepted) as bigint) as accepted_rows,
        cast(sum(quarantined) as bigint) as quarantined_rows
    from {{ ref('batches') }}
    group by source_system
),

refused as (
    select source_system, count(*) as refused_files
    from {{ ref('refused_files') }}
    group by source_system
),

confirmed as (
    select source_system, max(non_null_rows) > 0 as has_confirmations
    from {{ ref('source_inventory') }}
    where entity = 'supplier_confirmations' and column_name = ''
    group by source_system
),

sources as (
    select
        sources.*,
        coalesce(confirmed.has_confirmations, false) as has_confirmations,
        coalesce(landed.landed_rows, 0) as landed_rows,
        coalesce(landed.accepted_rows, 0) as accepted_rows,
        coalesce(landed.quarantined_rows, 0) as quarantined_rows,
        coalesce(refused.refused_files, 0) as refused_files
    from {{ ref('dim_sources') }} as sources
    left join landed on sources.source_system = landed.source_system
    left join refused on sources.source_system = refused.source_system
    left join confirmed on sources.source_system = confirmed.source_system
)

select * from sources
