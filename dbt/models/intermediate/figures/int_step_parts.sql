{{ config(materialized='view') }}

with

passages as (
    select * from {{ ref('int_step_passages') }}
    where exited_at is not null
),

orders as (
    select * from {{ ref('int_order_facts') }}
),

parts as (
    select
        {{ figure_columns(part_columns(), {
            'kpi': "'step_yield'",
            'unit_key': surrogate_key(['passages.order_key', 'passages.step', 'passages.passage_no']),
            'unit_id': "concat(orders.order_id, '/', passages.step, '/', passages.passage_no)",
            'counts_from': 'passages.exited_at',
            'booked_date': local_date('coalesce(passages.entered_at, passages.exited_at)', 'orders.company_zone'),
            'numerator': 'case when passages.is_reworked then 0 else 1 end',
            'denominator': '1',
            'step': 'passages.step',
        }, 'orders', order_dimensions()) }}
    from passages
    inner join orders on passages.order_key = orders.order_key
)

select * from parts
