with

orders as (
    select * from {{ ref('stg_orders') }}
    where known_to = {{ end_of_time() }} and order_type <> 'return'
),

zoned as (
    select
        orders.*,
        coalesce(context.default_zone, context.only_site_zone, 'Etc/UTC') as company_zone
    from orders
    inner join {{ ref('int_source_context') }} as context on orders.source_system = context.source_system
),

dated as (
    select
        *,
        coalesce(received_at, {{ local_day_start('received_date', 'company_zone') }}) as judged_at,
        {{ event_day('received_at', 'received_date', 'company_zone') }} as received_day,
        {{ event_instant('cancelled_at', 'cancelled_date', 'company_zone') }} as ended_by_cancellation_at
    from zoned
),

described as (
    select
        dated.source_system,
        {{ order_key('sales', 'dated.order_id', 'dated.source_system') }} as order_key,
        dated.order_id,
        dated.order_type,
        dated.customer_id,
        customers.region as customer_region,
        addresses.region,
        dated.channel,
        dated.document_format,
        dated.currency,
        dated.company_zone,
        dated.judged_at as received_at,
        dated.received_day as received_date,
        coalesce(dated.entered_at, dated.judged_at) as entered_at,
        dated.ended_by_cancellation_at as cancelled_at,
        dated.cancelled_by,
        dated.row_key,
        dated.source_file,
        dated.source_line
    from dated
    left join {{ ref('dim_customers') }} as customers
        on
            dated.source_system = customers.source_system
            and dated.customer_id = customers.customer_id
            and coalesce(dated.judged_at, {{ last_instant() }}) >= customers.valid_from
            and coalesce(dated.judged_at, {{ last_instant() }}) < customers.valid_to
    left join {{ ref('dim_addresses') }} as addresses
        on
            dated.source_system = addresses.source_system
            and dated.ship_to_address_id = addresses.address_id
)

select * from described
