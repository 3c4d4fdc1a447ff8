{{ config(materialized='view') }}

with

settled as (
    select
        *,
        coalesce(changed_at, cast(changed_date as timestamp), known_from) as settled_at
    from {{ ref('stg_targets') }}
    where known_to = {{ end_of_time() }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by source_system, target_id, valid_from order by settled_at desc, row_key asc
        ) as recency
    from settled
),

targets as (
    select
        source_system,
        target_id,
        kpi,
        dimension,
        member,
        cast(target_value as decimal(28, 6)) as target_value,
        valid_from,
        valid_to,
        source_file,
        source_line
    from ranked
    where recency = 1
)

select * from targets
