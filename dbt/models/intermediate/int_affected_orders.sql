-- depends_on: {{ ref('stg_addresses') }}
-- depends_on: {{ ref('stg_sites') }}
-- depends_on: {{ ref('stg_customers') }}
-- depends_on: {{ ref('stg_products') }}
-- depends_on: {{ ref('stg_suppliers') }}
-- depends_on: {{ ref('stg_commitment_changes') }}
-- depends_on: {{ ref('stg_deliveries') }}
-- depends_on: {{ ref('stg_shipment_lines') }}
-- depends_on: {{ ref('stg_receipts') }}
{% set applied = earlier_run('applied_batches') %}
{% set obligations = earlier_run('fct_order_obligations') %}
{% set masters = ['stg_addresses', 'stg_sites', 'stg_customers', 'stg_products', 'stg_suppliers'] %}
with

order_rows as (
    select order_key, source_system, order_id, side, batch_file_id from {{ ref('int_sales_rows') }}
    union all
    select order_key, source_system, order_id, side, batch_file_id from {{ ref('int_purchase_rows') }}
),

{% if applied is none or obligations is none %}
affected as (
    select order_key from order_rows
)
{% else %}
applied as (
    select distinct batch_file_id from {{ applied }}
),

new_batches as (
    select source_system, batch_file_id
    from {{ source('raw', 'batch_files') }}
    where batch_file_id not in (select applied.batch_file_id from applied)
),

touched as (
    select order_rows.order_key, order_rows.source_system, order_rows.order_id, order_rows.side
    from order_rows
    inner join new_batches on order_rows.batch_file_id = new_batches.batch_file_id
),

moved_before as (
    select earlier.order_key
    from {{ obligations }} as earlier
    inner join touched
        on
            earlier.source_system = touched.source_system
            and earlier.order_id = touched.order_id
            and earlier.side = touched.side
),

changed_masters as (
    {% for master in masters %}
    select masters.source_system
    from {{ ref(master) }} as masters
    inner join new_batches on masters.batch_file_id = new_batches.batch_file_id
    union all
    {% endfor %}
    select full_extracts.source_system
    from {{ source('raw', 'full_extracts') }} as full_extracts
    inner join new_batches on full_extracts.batch_file_id = new_batches.batch_file_id
),

first_told as (
    {% for model, told in [
        ('stg_commitment_changes', "side = 'sales'"), ('stg_deliveries', 'true'), ('stg_shipment_lines', 'true'),
        ('stg_receipts', 'true')
    ] -%}
    select source_system
    from {{ ref(model) }}
    where {{ told }}
    group by source_system
    having max(case when batch_file_id in (select applied.batch_file_id from applied) then 1 else 0 end) = 0
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

changed_sources as (
    select source_system from changed_masters
    union distinct
    select source_system from first_told
),

affected as (
    select order_key from touched
    union all
    select order_key from moved_before
    union all
    select order_rows.order_key
    from order_rows
    inner join changed_sources on order_rows.source_system = changed_sources.source_system
    union all
    select earlier.order_key
    from {{ obligations }} as earlier
    inner join changed_sources on earlier.source_system = changed_sources.source_system
)
{% endif %}

select distinct order_key from affected
