{%- set dimensions = [
    ('dim_customers', 'customer', "case when obligations.side = 'purchase' then 'not_applicable' else 'unknown' end"),
    ('dim_products', 'product', "'unknown'"),
    ('dim_suppliers', 'supplier', "case when obligations.fulfilment_mode = 'stock' then 'not_applicable' else 'unknown' end"),
    ('dim_sites', 'site', "case when obligations.fulfilment_mode = 'drop-ship' then 'not_applicable' else 'unknown' end"),
] -%}
with

obligations as (
    select * from {{ ref('int_latest_obligations') }}
),

keyed as (
    select
        obligations.*,
        {% for dimension, name, absent in dimensions -%}
        coalesce({{ dimension }}.{{ name }}_key, {{ absent }}) as {{ name }}_key,
        {% endfor -%}
        coalesce(
            dim_addresses.address_key,
            case when obligations.side = 'purchase' then 'not_applicable' else 'unknown' end
        ) as address_key,
        coalesce(
            dim_carriers.carrier_key,
            case
                when obligations.side = 'purchase' then 'not_applicable'
                when obligations.is_shipped then 'unknown'
                else 'not_yet'
            end
        ) as carrier_key
    from obligations
    {% for dimension, name, absent in dimensions -%}
    left join {{ ref(dimension) }} as {{ dimension }}
        on
            obligations.source_system = {{ dimension }}.source_system
            and obligations.{{ name }}_id = {{ dimension }}.{{ name }}_id
            and coalesce(obligations.judged_at, {{ last_instant() }}) >= {{ dimension }}.valid_from
            and coalesce(obligations.judged_at, {{ last_instant() }}) < {{ dimension }}.valid_to
    {% endfor -%}
    left join {{ ref('dim_addresses') }} as dim_addresses
        on
            obligations.source_system = dim_addresses.source_system
            and obligations.ship_to_address_id = dim_addresses.address_id
    left join {{ ref('dim_carriers') }} as dim_carriers
        on
            obligations.source_system = dim_carriers.source_system
            and obligations.carrier_id = dim_carriers.carrier_id
)

select * from keyed
