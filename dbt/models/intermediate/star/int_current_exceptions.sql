{{ config(materialized='view') }}

{{ current_rows('stg_exceptions', 'firing_key', [
    'exception_id', 'order_id', 'line_no', 'schedule_no', 'rule_id', 'exception_type', 'root_cause_code', 'severity',
    'stage', 'owner', 'work_minutes', 'resolution_code'
], ['opened', 'closed'], side=true) }}
