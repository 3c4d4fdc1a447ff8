with

zones as (
    select distinct source_system, place_zone from {{ ref('fct_otif_conformance') }}
),

obligations as (
    select * from {{ ref('fct_order_obligations') }}
    union all
    select * from {{ ref('fct_purchase_obligations') }}
),

as_of as (
    select
        zones.source_system,
        zones.place_zone,
        case
            when sources.as_of_kind = 'date' then {{ local_day_end('sources.as_of_date', 'zones.place_zone') }}
            else sources.as_of_at
        end as as_of_instant
    from zones
    inner join {{ ref('dim_sources') }} as sources on zones.source_system = sources.source_system
),

current_rows as (
    select
        {{ surrogate_key(['conformance.obligation_key', 'conformance.definition_id']) }} as otif_key,
        conformance.source_system,
        conformance.side,
        conformance.definition_id,
        conformance.obligation_key,
        conformance.order_key,
        conformance.due_date,
        {{ date_key('conformance.due_date') }} as due_date_key,
        conformance.due_status,
        obligations.customer_key,
        obligations.product_key,
        obligations.supplier_key,
        obligations.site_key,
        obligations.address_key,
        obligations.carrier_key,
        obligations.customer_id,
        obligations.product_id,
        obligations.supplier_id,
        obligations.site_id,
        obligations.transport_mode,
        obligations.carrier_id as carrier,
        customers.region as customer_region,
        addresses.region,
        case when conformance.due_status = 'due' then 1 else 0 end as due_count,
        case
            when told.is_otif_told
                then case when conformance.due_status = 'due' and conformance.is_met then 1 else 0 end
        end as met_count,
        case
            when told.is_on_time_told
                then case when conformance.due_status = 'due' and conformance.is_on_time then 1 else 0 end
        end as on_time_count,
        case
            when told.is_in_full_told
                then case when conformance.due_status = 'due' and conformance.is_in_full then 1 else 0 end
        end as in_full_count,
        case when conformance.due_status = 'not_yet_due' then 1 else 0 end as not_yet_due_count,
        case when conformance.due_status = 'unknown' then 1 else 0 end as unknown_count,
        case when conformance.due_status = 'cancelled' then 1 else 0 end as cancelled_count
    from {{ ref('fct_otif_conformance') }} as conformance
    inner join as_of
        on
            conformance.known_to = {{ end_of_time() }}
            and conformance.source_system = as_of.source_system
            and conformance.place_zone = as_of.place_zone
            and conformance.valid_from <= as_of.as_of_instant
            and conformance.valid_to > as_of.as_of_instant
    inner join obligations
        on conformance.obligation_key = obligations.obligation_key
    inner join {{ ref('fct_figure_coverage') }} as told
        on
            conformance.source_system = told.source_system
            and conformance.side = told.side
            and conformance.definition_id = told.definition_id
    left join {{ ref('dim_customers') }} as customers on obligations.customer_key = customers.customer_key
    left join {{ ref('dim_addresses') }} as addresses on obligations.address_key = addresses.address_key
)

select * from current_rows
