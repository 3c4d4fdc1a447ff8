with

held as (
    select
        source_system,
        case when column_name = '' then entity else concat(entity, '.', column_name) end as need
    from {{ source('raw', 'source_inventory') }}
    where non_null_rows > 0
),

judged_by as (
    select
        sources.source_system,
        definitions.side,
        definitions.definition_id,
        definitions.place,
        case
            when definitions.side = 'sales' and sources.has_commitments then definitions.promise
            when definitions.side = 'purchase' and confirmed.need is not null then definitions.promise
            else 'requested'
        end as promise_in_use
    from {{ ref('int_source_context') }} as sources
    cross join {{ ref('otif_definitions') }} as definitions
    left join held as confirmed
        on sources.source_system = confirmed.source_system and confirmed.need = 'supplier_confirmations'
),

measures as (
    select
        judged_by.source_system,
        judged_by.side,
        judged_by.definition_id,
        needs.measure,
        count(*) = count(held.need) as is_told
    from judged_by
    inner join {{ ref('int_kpi_needs') }} as needs
        on
            judged_by.side = needs.side
            and (
                needs.part = 'always'
                or (needs.part = 'place' and needs.choice = judged_by.place)
                or (needs.part = 'promise' and needs.choice = judged_by.promise_in_use)
            )
    left join held on judged_by.source_system = held.source_system and needs.need = held.need
    group by judged_by.source_system, judged_by.side, judged_by.definition_id, needs.measure
),

told as (
    select
        source_system,
        side,
        definition_id,
        max(case when measure = 'otif' and is_told then 1 else 0 end) = 1 as is_otif_told,
        max(case when measure = 'on_time' and is_told then 1 else 0 end) = 1 as is_on_time_told,
        max(case when measure = 'in_full' and is_told then 1 else 0 end) = 1 as is_in_full_told,
        max(case when measure = 'documents_right' and is_told then 1 else 0 end) = 1 as is_documents_right_told,
        max(case when measure = 'undamaged' and is_told then 1 else 0 end) = 1 as is_undamaged_told,
        max(case when measure = 'perfect_order' and is_told then 1 else 0 end) = 1 as is_perfect_order_told,
        max(case when measure = 'first_fill_rate' and is_told then 1 else 0 end) = 1 as is_first_fill_rate_told
    from measures
    group by source_system, side, definition_id
)

select * from told
