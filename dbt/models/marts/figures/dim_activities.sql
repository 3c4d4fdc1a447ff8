{{ config(materialized='view') }}

with

activities as (
    select source_system, activity, count(*) as events
    from {{ ref('int_order_events') }}
    group by source_system, activity
)

select * from activities
