{{ config(materialized='view') }}

with

obligations as (
    select order_key, obligation_key from {{ ref('fct_order_obligations') }}
    where not is_deleted
),

changes as (
    select obligation_key, counts_from, old_date, new_date from {{ ref('fct_obligation_changes') }}
    where known_to = {{ end_of_time() }} and initiator = 'customer' and new_date > old_date
),

waits as (
    select
        obligations.order_key,
        obligations.obligation_key,
        changes.counts_from,
        sum({{ days_between('changes.old_date', 'changes.new_date') }} * 24) as asked_hours
    from changes
    inner join obligations on changes.obligation_key = obligations.obligation_key
    group by obligations.order_key, obligations.obligation_key, changes.counts_from
)

select * from waits
