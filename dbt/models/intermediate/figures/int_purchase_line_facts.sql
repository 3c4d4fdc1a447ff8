with

lines as (
    select * from {{ ref('int_purchase_lines') }}
),

orders as (
    select
        orders.*,
        coalesce(context.default_zone, context.only_site_zone, 'Etc/UTC') as company_zone,
        count(coalesce(orders.released_at, cast(orders.released_date as timestamp))) over (
            partition by orders.source_system
        ) > 0 as is_release_told
    from {{ ref('stg_purchase_orders') }} as orders
    inner join {{ ref('int_source_context') }} as context on orders.source_system = context.source_system
    where orders.known_to = {{ end_of_time() }}
),

dated as (
    select
        *,
        -- An order without a release waits for it; only where no order tells one does the approval stand for it.
        case
            when is_release_told then {{ event_instant('released_at', 'released_date', 'company_zone') }}
            else {{ event_instant('approved_at', 'approved_date', 'company_zone') }}
        end as released_instant,
        {{ event_instant('cancelled_at', 'cancelled_date', 'company_zone') }} as cancelled_instant
    from orders
),

joined as (
    select
        lines.*,
        dated.supplier_id,
        dated.currency,
        dated.company_zone,
        coalesce(lines.site_id, dated.site_id) as receiving_site_id,
        dated.released_instant,
        coalesce(
            least(
                dated.cancelled_instant,
                {{ event_instant('lines.cancelled_at', 'lines.cancelled_date', 'dated.company_zone') }}
            ),
            dated.cancelled_instant,
            {{ event_instant('lines.cancelled_at', 'lines.cancelled_date', 'dated.company_zone') }}
        ) as ended_by_cancellation_at
    from lines
    inner join dated on lines.source_system = dated.source_system and lines.po_id = dated.po_id
),

described as (
    select
        joined.source_system,
        {{ order_key('purchase', 'joined.po_id', 'joined.source_system') }} as order_key,
        {{ line_key('purchase', 'joined.po_id', 'joined.line_no', 'joined.source_system') }} as line_key,
        concat(joined.po_id, '/', joined.line_no) as unit_id,
        joined.po_id,
        joined.line_no,
        joined.supplier_id,
        joined.receiving_site_id as site_id,
        sites.calendar_id,
        coalesce(sites.zone, joined.company_zone) as site_zone,
        joined.product_id,
        products.family as product_family,
        joined.uom,
        joined.quantity,
        joined.unit_price,
        joined.per_quantity,
        joined.currency,
        joined.released_instant as released_at,
        joined.ended_by_cancellation_at as cancelled_at,
        joined.row_key,
        joined.source_file,
        joined.source_line
    from joined
    left join {{ ref('dim_products') }} as products
        on
            joined.source_system = products.source_system
            and joined.product_id = products.product_id
            and coalesce(joined.released_instant, {{ last_instant() }}) >= products.valid_from
            and coalesce(joined.released_instant, {{ last_instant() }}) < products.valid_to
    left join {{ ref('dim_sites') }} as sites
        on
            joined.source_system = sites.source_system
            and joined.receiving_site_id = sites.site_id
            and coalesce(joined.released_instant, {{ last_instant() }}) >= sites.valid_from
            and coalesce(joined.released_instant, {{ last_instant() }}) < sites.valid_to
)

select * from described
