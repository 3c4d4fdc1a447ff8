with

{{ row_versions('order_schedule_lines') }},

renamed as (
    select
        source_system,
        order_id,
        line_no,
        schedule_no,
        quantity,
        requested_date,
        window_start,
        window_end,
        row_key,
        row_hash,
        batch_id,
        batch_file_id,
        source_file,
        source_line,
        known_from,
        known_to
    from versions
)

select * from renamed
