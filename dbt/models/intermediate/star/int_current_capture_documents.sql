{{ config(materialized='view') }}

{{ current_rows('stg_capture_documents', 'document_key', [
    'document_id', 'order_id', 'customer_id', 'channel', 'document_format', 'layout', 'confidence'
], ['received']) }}
