with

{{ row_versions('commitment_changes') }},

renamed as (
    select
        source_system,
        side,
        order_id,
        line_no,
        schedule_no,
        old_date,
        new_date,
        old_quantity,
        new_quantity,
        initiator,
        reason,
        changed_at,
        changed_date,
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
