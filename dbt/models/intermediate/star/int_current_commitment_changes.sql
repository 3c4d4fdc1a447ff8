{{ config(materialized='view') }}

{{ current_rows('stg_commitment_changes', 'change_key', [
    'order_id', 'line_no', 'schedule_no', 'old_date', 'new_date', 'old_quantity', 'new_quantity', 'initiator', 'reason'
], ['changed'], side=true) }}
