with

orders as (
    select * from {{ ref('int_order_facts') }}
),

documents as (
    select source_system, document_id, order_id from {{ ref('stg_capture_documents') }}
    where known_to = {{ end_of_time() }}
),

fields as (
    select
        source_system,
        document_id,
        actor_kind,
        corrected_at,
        corrected_date,
        corrected_value is not null
        and (extracted_value is null or corrected_value <> extracted_value) as is_corrected
    from {{ ref('stg_capture_fields') }}
    where known_to = {{ end_of_time() }}
),

-- A correction whose instant nobody told had happened before whatever it is compared with.
captured as (
    select
        orders.order_key,
        case
            when fields.is_corrected then coalesce(
                {{ event_instant('fields.corrected_at', 'fields.corrected_date', 'orders.company_zone') }},
                {{ beginning_of_time() }}
            )
        end as corrected_at,
        fields.actor_kind = 'human' as is_by_human
    from fields
    inner join documents
        on
            fields.source_system = documents.source_system
            and fields.document_id = documents.document_id
    inner join orders on documents.source_system = orders.source_system and documents.order_id = orders.order_id
),

captures as (
    select
        order_key,
        min(corrected_at) as corrected_at,
        min(case when is_by_human then corrected_at end) as corrected_by_human_at
    from captured
    group by order_key
),

evaluated as (
    select source_system, order_id, min(evaluated_at) as evaluated_at, min(evaluated_date) as evaluated_date
    from {{ ref('stg_validation_results') }}
    where known_to = {{ end_of_time() }} and coalesce(side, 'sales') = 'sales'
    group by source_system, order_id
),

sources_with_validations as (
    select distinct source_system from evaluated
),

first_events as (
    select
        source_system,
        order_key,
        min(case when activity = 'end' then occurred_at end) as ended_at,
        min(case when activity = 'rework' then occurred_at end) as reworked_at,
        min(case when activity = 'rework' and is_by_human then occurred_at end) as reworked_by_human_at,
        min(case when step = 'validate' and activity = 'pass' then occurred_at end) as validated_at
    from {{ ref('int_order_events') }}
    group by source_system, order_key
),

sources_with_ends as (
    select distinct source_system from first_events
    where ended_at is not null
),

first_firings as (
    select order_key, min(first_fired_at) as excepted_at
    from {{ ref('int_exceptions') }}
    where order_key is not null
    group by order_key
),

milestones as (
    select
        orders.source_system,
        orders.order_key,
        captures.order_key is not null as has_captured_fields,
        captures.corrected_at,
        captures.corrected_by_human_at,
        first_events.reworked_at,
        first_events.reworked_by_human_at,
        first_firings.excepted_at,
        case
            when sources_with_validations.source_system is not null
                then {{ event_instant('evaluated.evaluated_at', 'evaluated.evaluated_date', 'orders.company_zone') }}
            else first_events.validated_at
        end as validated_at,
        case
            when sources_with_ends.source_system is not null then first_events.ended_at
            else acceptances.closed_at
        end as ended_at,
        coalesce(acceptances.cancelled_at, orders.cancelled_at) as cancelled_at
    from orders
    left join captures on orders.order_key = captures.order_key
    left join first_events on orders.order_key = first_events.order_key
    left join first_firings on orders.order_key = first_firings.order_key
    left join evaluated on orders.source_system = evaluated.source_system and orders.order_id = evaluated.order_id
    left join sources_with_validations on orders.source_system = sources_with_validations.source_system
    left join sources_with_ends on orders.source_system = sources_with_ends.source_system
    left join {{ ref('int_order_acceptances') }} as acceptances on orders.order_key = acceptances.order_key
)

select * from milestones
