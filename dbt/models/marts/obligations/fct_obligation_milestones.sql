{{ config(materialized='view') }}

with

obligations as (
    select * from {{ ref('fct_order_obligations') }}
    union all
    select * from {{ ref('fct_purchase_obligations') }}
),

events as (
    select
        events.obligation_key,
        events.event_kind,
        {{ event_instant(
            'events.occurred_at',
            'events.occurred_date',
            "case when events.event_kind = 'delivered' then obligations.destination_zone else obligations.dock_zone end"
        ) }} as occurred_at
    from {{ ref('fct_obligation_events') }} as events
    inner join obligations on events.obligation_key = obligations.obligation_key
    where events.known_to = {{ end_of_time() }}
),

milestones as (
    select
        obligation_key,
        min(case when event_kind = 'received' then occurred_at end) as began_at,
        min(case when event_kind = 'first_committed' then occurred_at end) as first_committed_at,
        min(case when event_kind = 'shipped' then occurred_at end) as first_shipped_at,
        min(case when event_kind in ('delivered', 'goods_received') then occurred_at end) as first_arrived_at,
        max(case when event_kind in ('delivered', 'goods_received') then occurred_at end) as last_arrived_at
    from events
    group by obligation_key
),

lives as (
    select
        obligations.obligation_key,
        obligations.source_system,
        obligations.side,
        obligations.line_key,
        obligations.order_key,
        obligations.customer_key,
        obligations.product_key,
        obligations.supplier_key,
        obligations.site_key,
        obligations.address_key,
        obligations.carrier_key,
        milestones.began_at,
        milestones.first_committed_at,
        milestones.first_shipped_at,
        milestones.first_arrived_at,
        milestones.last_arrived_at,
        coalesce(milestones.first_committed_at < milestones.began_at, false)
        or coalesce(milestones.first_shipped_at < milestones.began_at, false)
        or coalesce(milestones.first_shipped_at < milestones.first_committed_at, false)
        or coalesce(milestones.first_arrived_at < milestones.began_at, false)
        or coalesce(milestones.first_arrived_at < milestones.first_committed_at, false)
        or coalesce(milestones.first_arrived_at < milestones.first_shipped_at, false) as is_out_of_order
    from obligations
    left join milestones on obligations.obligation_key = milestones.obligation_key
)

select * from lives
