{{ config(materialized='view') }}

with

{{ row_versions('validation_results') }},

renamed as (
    select
        source_system,
        side,
        order_id,
        line_no,
        schedule_no,
        rule_id,
        attempt_no,
        outcome,
        severity,
        evaluated_at,
        evaluated_date,
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
