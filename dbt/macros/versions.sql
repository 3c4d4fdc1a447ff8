{#-
    The versions of a landed entity with the span of knowledge in which each one held: [known_from, known_to).
    The latest extraction wins whatever order batches were landed in; a repeat of the same content opens no new
    version; a key that a later full extract no longer holds ends at that extract. The winning version is the one
    whose known_to is the end of time.
-#}
{% macro row_versions(entity) -%}
    landed as (
        select * from {{ source('raw', entity) }}
    ),

    presence as (
        select source_system, row_key, extracted_at from landed
        union all
        select source_system, row_key, extracted_at
        from {{ source('raw', 'quarantine') }}
        where entity = '{{ entity }}'
    ),

    full_extracts as (
        select distinct source_system, extracted_at
        from {{ source('raw', 'full_extracts') }}
        where entity = '{{ entity }}'
    ),

    first_seen as (
        select source_system, row_key, min(extracted_at) as first_seen_at
        from landed
        group by source_system, row_key
    ),

    deletions as (
        select first_seen.source_system, first_seen.row_key, full_extracts.extracted_at
        from first_seen
        inner join full_extracts
            on
                first_seen.source_system = full_extracts.source_system
                and first_seen.first_seen_at < full_extracts.extracted_at
        left join presence
            on
                first_seen.source_system = presence.source_system
                and first_seen.row_key = presence.row_key
                and full_extracts.extracted_at = presence.extracted_at
        where presence.row_key is null
    ),

    extractions as (
        select
            source_system,
            row_key,
            extracted_at,
            row_hash,
            min(batch_file_id) as batch_file_id
        from landed
        group by source_system, row_key, extracted_at, row_hash
        union all
        select source_system, row_key, extracted_at, 'deleted' as row_hash, '' as batch_file_id
        from deletions
    ),

    changes as (
        select
            *,
            lag(row_hash) over (
                partition by source_system, row_key order by extracted_at, row_hash
            ) as previous_hash
        from extractions
    ),

    spans as (
        select
            source_system,
            row_key,
            row_hash,
            batch_file_id,
            extracted_at as known_from,
            coalesce(
                lead(extracted_at) over (partition by source_system, row_key order by extracted_at, row_hash),
                {{ end_of_time() }}
            ) as known_to
        from changes
        where previous_hash is null or previous_hash <> row_hash
    ),

    versions as (
        select
            landed.*,
            spans.known_from,
            spans.known_to
        from spans
        inner join landed
            on
                spans.source_system = landed.source_system
                and spans.row_key = landed.row_key
                and spans.row_hash = landed.row_hash
                and spans.known_from = landed.extracted_at
                and spans.batch_file_id = landed.batch_file_id
        where spans.known_from < spans.known_to
    )
{%- endmacro %}

{#- The rows of a versioned relation as they were known at each epoch of their order. -#}
{% macro as_known(versions, order_key='order_key') -%}
    select
        epochs.known_from as epoch,
        versions.*
    from {{ ref('int_order_epochs') }} as epochs
    inner join {{ versions }} as versions
        on
            epochs.order_key = versions.{{ order_key }}
            and epochs.known_from >= versions.known_from
            and epochs.known_from < versions.known_to
{%- endmacro %}
