{{ config(materialized='view') }}

with

snapshots as (
    select
        source_system,
        product_id,
        site_id,
        extract(year from snapshot_date) * 12 + extract(month from snapshot_date) as month_no,
        max_by(on_hand, snapshot_date) as on_hand,
        max_by(uom, snapshot_date) as uom
    from {{ ref('stg_inventory_snapshots') }}
    where known_to = {{ end_of_time() }} and on_hand is not null
    group by
        source_system, product_id, site_id, extract(year from snapshot_date), extract(month from snapshot_date)
),

shipped as (
    select
        lines.source_system,
        lines.product_id,
        coalesce(lines.site_id, shipped.origin_site_id) as site_id,
        lines.uom,
        extract(year from shipped.shipped_date) * 12 + extract(month from shipped.shipped_date) as month_no,
        cast(sum(shipped.quantity) as decimal(18, 6)) as quantity
    from {{ ref('int_shipped_lines') }} as shipped
    inner join {{ ref('int_line_facts') }} as lines on shipped.line_key = lines.line_key
    group by
        lines.source_system, lines.product_id, coalesce(lines.site_id, shipped.origin_site_id), lines.uom,
        extract(year from shipped.shipped_date), extract(month from shipped.shipped_date)
),

first_flows as (
    select source_system, min(month_no) as month_no
    from shipped
    group by source_system
),

stock as (
    select
        snapshots.*,
        months.last_day,
        months.ended_at,
        least(months.month_no - first_flows.month_no + 1, 12) as flow_months,
        prices.currency,
        {{ times_factor('price', 'prices.unit_price', 'snapshots.uom', 'prices.uom') }} as unit_price
    from snapshots
    inner join {{ ref('int_months') }} as months
        on snapshots.source_system = months.source_system and snapshots.month_no = months.month_no
    inner join first_flows
        on snapshots.source_system = first_flows.source_system and snapshots.month_no >= first_flows.month_no + 2
    inner join {{ ref('int_stock_prices') }} as prices
        on
            snapshots.source_system = prices.source_system
            and snapshots.product_id = prices.product_id
            and snapshots.month_no between prices.from_month_no and prices.to_month_no
    {{ join_factors('price', 'snapshots', 'snapshots.uom', 'prices.uom') }}
),

flows as (
    select
        stock.source_system,
        stock.product_id,
        stock.site_id,
        stock.month_no,
        sum({{ times_factor('units', 'shipped.quantity', 'shipped.uom', 'stock.uom') }}) as quantity,
        count(*) as months_with_flow,
        count({{ times_factor('units', 'shipped.quantity', 'shipped.uom', 'stock.uom') }}) as months_converted
    from stock
    inner join shipped
        on
            stock.source_system = shipped.source_system
            and stock.product_id = shipped.product_id
            and stock.site_id = shipped.site_id
            and stock.month_no >= shipped.month_no
            and stock.month_no - stock.flow_months < shipped.month_no
    {{ join_factors('units', 'stock', 'shipped.uom', 'stock.uom') }}
    group by stock.source_system, stock.product_id, stock.site_id, stock.month_no
),

valued as (
    select
        stock.*,
        cast(stock.on_hand * stock.unit_price as decimal(28, 6)) as balance,
        cast(coalesce(flows.quantity, 0) * stock.unit_price as decimal(28, 6)) as flow,
        {{ days_between('since.first_day', 'stock.last_day') }} + 1 as flow_days
    from stock
    inner join {{ ref('int_months') }} as since
        on stock.source_system = since.source_system and stock.month_no - stock.flow_months + 1 = since.month_no
    left join flows
        on
            stock.source_system = flows.source_system
            and stock.product_id = flows.product_id
            and stock.site_id = flows.site_id
            and stock.month_no = flows.month_no
    where
        stock.unit_price is not null
        and coalesce(flows.months_with_flow, 0) = coalesce(flows.months_converted, 0)
)

select {{ figure_columns(balance_columns(), {
    'kpi': "'days_of_inventory'",
    'unit_key': surrogate_key(['valued.source_system', 'valued.product_id', 'valued.site_id']),
    'unit_id': "concat(valued.product_id, '/', valued.site_id)",
    'booked_date': 'valued.last_day',
    'counts_from': month_counts_from('valued'),
    'product_family': 'products.family'
}, 'valued', [
    'source_system', 'balance', 'flow', 'flow_days', 'flow_months', 'currency', 'product_id', 'site_id'
]) }}
from valued
left join {{ ref('dim_products') }} as products
    on
        valued.source_system = products.source_system
        and valued.product_id = products.product_id
        and valued.ended_at >= products.valid_from
        and valued.ended_at < products.valid_to
