{{ config(materialized='view') }}

with

{{ row_versions('exceptions') }},

renamed as (
    select
        source_system,
        exception_id,
        opened_at,
        opened_date,
        side,
        order_id,
        line_no,
        schedule_no,
        rule_id,
        type as exception_type,
        root_cause_code,
        severity,
        stage,
        owner,
        closed_at,
        closed_date,
        minutes as work_minutes,
        resolution_code,
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
