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

conformance as (
    select
        conformance.*,
        as_of.as_of_instant
    from {{ ref('fct_otif_conformance') }} as conformance
    inner join as_of
        on
            conformance.known_to = {{ end_of_time() }}
            and conformance.source_system = as_of.source_system
            and conformance.place_zone = as_of.place_zone
            and conformance.valid_from <= as_of.as_of_instant
            and conformance.valid_to > as_of.as_of_instant
),

conditions as (
    select * from {{ ref('fct_obligation_conditions') }}
    where known_to = {{ end_of_time() }}
),

conditioned as (
    select
        conformance.*,
        {% for name, broken_at in [('are_documents_right', 'documents_wrong_at'), ('is_undamaged', 'damaged_at')] -%}
        coalesce(
            conditions.delivered_at <= conformance.as_of_instant
            and (conditions.{{ broken_at }} is null or conditions.{{ broken_at }} > conformance.as_of_instant),
            false
        ) as {{ name }},
        {% endfor -%}
        coalesce(
            case
                when definitions.place = 'shipped' and conditions.first_shipped_at <= conformance.as_of_instant
                    then conditions.first_shipped_quantity >= conformance.required_quantity
                when definitions.place = 'delivered' and conditions.first_delivered_at <= conformance.as_of_instant
                    then conditions.first_delivered_quantity >= conformance.required_quantity
            end,
            false
        ) as is_first_filled
    from conformance
    inner join {{ ref('otif_definitions') }} as definitions
        on conformance.side = definitions.side and conformance.definition_id = definitions.definition_id
    left join conditions
        on
            conformance.obligation_key = conditions.obligation_key
            and conditions.promise in ('any', definitions.promise)
),

passed as (
    select
        *,
        is_met and are_documents_right and is_undamaged as is_perfect
    from conditioned
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
        {% for figure, is_passed, counted in [
            ('otif', 'is_met', 'met'), ('on_time', 'is_on_time', 'on_time'), ('in_full', 'is_in_full', 'in_full'),
            ('documents_right', 'are_documents_right', 'documents_right'),
            ('undamaged', 'is_undamaged', 'undamaged'), ('perfect_order', 'is_perfect', 'perfect'),
            ('first_fill_rate', 'is_first_filled', 'first_filled')
        ] -%}
        case
            when told.is_{{ figure }}_told
                then case when conformance.due_status = 'due' and conformance.{{ is_passed }} then 1 else 0 end
        end as {{ counted }}_count,
        {% endfor -%}
        case when conformance.due_status = 'not_yet_due' then 1 else 0 end as not_yet_due_count,
        case when conformance.due_status = 'unknown' then 1 else 0 end as unknown_count,
        case when conformance.due_status = 'cancelled' then 1 else 0 end as cancelled_count
    from passed as conformance
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
