{{ config(materialized='view') }}

{{ current_rows('stg_validation_results', 'result_key', [
    'order_id', 'line_no', 'schedule_no', 'rule_id', 'attempt_no', 'outcome', 'severity'
], ['evaluated'], side=true) }}
