{{ config(materialized='view') }}

with

{{ row_versions('order_events') }},

renamed as (
    select
        source_system,
        event_id,
        order_id,
        step,
        activity,
        actor_kind,
        occurred_at,
        occurred_date,
        row_key,
        batch_id,
        batch_file_id,
        source_file,
        source_line,
        known_from,
        known_to
    from versions
)

select * from renamed
