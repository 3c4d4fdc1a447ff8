{{ config(materialized='view') }}

with

{{ row_versions('feedback') }},

renamed as (
    select
        source_system,
        feedback_id,
        customer_id,
        order_id,
        channel,
        question,
        score,
        answered_at,
        answered_date,
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
