{{ config(materialized='view') }}

{{ current_rows('stg_quality_inspections', 'inspection_key', [
    'inspection_id', 'receipt_id', 'accepted_quantity', 'rejected_quantity', 'defect_code', 'disposition'
], ['inspected']) }}
