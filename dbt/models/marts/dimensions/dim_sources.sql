with

sources as (
    select
        sources.source_system,
        sources.title,
        sources.description,
        sources.as_of_kind,
        sources.as_of_date,
        sources.as_of_at,
        sources.last_extracted_at,
        sources.is_synthetic,
        sources.licence,
        sources.attribution,
        sources.default_zone,
        context.has_commitments
    from {{ source('raw', 'sources') }} as sources
    inner join {{ ref('int_source_context') }} as context on sources.source_system = context.source_system
)

select * from sources
