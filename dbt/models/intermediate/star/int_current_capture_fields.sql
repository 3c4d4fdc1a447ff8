{{ config(materialized='view') }}

{{ current_rows('stg_capture_fields', 'field_key', [
    'document_id', 'line_no', 'field_name', 'extracted_value', 'corrected_value', 'confidence', 'actor_kind'
], ['corrected']) }}
