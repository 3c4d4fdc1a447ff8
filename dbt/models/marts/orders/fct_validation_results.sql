{{ config(materialized='view') }}

with

results as (
    select * from {{ ref('int_current_validation_results') }}
),

keyed as (
    select
        results.result_key,
        results.source_system,
        results.side,
        results.order_id,
        results.line_no,
        results.schedule_no,
        {{ order_line_keys('results', 'results.side') }},
        results.rule_id,
        results.attempt_no,
        results.outcome,
        results.severity,
        results.evaluated_at,
        results.evaluated_date,
        results.source_file,
        results.source_line
    from results
    {{ order_line_joins('results', 'results.side') }}
)

select * from keyed
