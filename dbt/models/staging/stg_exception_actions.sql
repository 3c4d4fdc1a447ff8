{{ config(materialized='view') }}

with

{{ row_versions('exception_actions') }},

renamed as (
    select
        source_system,
        action_id,
        exception_id,
        action,
        actor_kind,
        acted_at,
        acted_date,
        minutes as work_minutes,
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
