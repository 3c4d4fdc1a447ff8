with

{{ row_versions('quality_inspections') }},

renamed as (
    select
        source_system,
        inspection_id,
        receipt_id,
        accepted as accepted_quantity,
        rejected as rejected_quantity,
        defect_code,
        disposition,
        inspected_at,
        inspected_date,
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
