-- depends_on: {{ ref('stg_addresses') }}
-- depends_on: {{ ref('stg_sites') }}
-- depends_on: {{ ref('stg_customers') }}
-- depends_on: {{ ref('stg_products') }}
-- depends_on: {{ ref('stg_suppliers') }}
-- depends_on: {{ ref('stg_commitment_changes') }}
-- depends_on: {{ ref('stg_deliveries') }}
-- depends_on: {{ ref('stg_shipment_lines') }}
-- depends_on: {{ ref('stg_receipts') }}
-- depends_on: {{ ref('int_line_roots') }}
{% set applied = earlier_run('applied_batches') %}
{% set obligations = earlier_run('fct_order_obligations') %}
{% set excluded = earlier_run('fct_excluded_lines') %}
{% set masters = ['stg_addresses', 'stg_sites', 'stg_customers', 'stg_products', 'stg_suppliers'] %}
with

order_rows as (
    select order_key, source_system, batch_file_id, known_to from {{ ref('int_sales_rows') }}
    union all
    select order_key, source_system, batch_file_id, known_to from {{ ref('int_purchase_rows') }}
),

{% if none in [applied, obligations, excluded] %}
affected as (
    select order_key from order_rows
)
{% else %}
applied as (
    select distinct batch_file_id from {{ applied }}
),

new_batches as (
    select source_system, batch_file_id, extracted_at, default_zone
    from {{ source('raw', 'batch_files') }}
    where batch_file_id not in (select applied.batch_file_id from applied)
),

-- What a row of a new batch replaces may have named another order.
touched as (
    select order_rows.order_key
    from order_rows
    inner join new_batches on order_rows.batch_file_id = new_batches.batch_file_id
    union all
    select order_rows.order_key
    from order_rows
    inner join new_batches
        on
            order_rows.source_system = new_batches.source_system
            and order_rows.known_to = new_batches.extracted_at
),

earlier_lines as (
    select source_system, order_id, line_no, order_key, line_key from {{ obligations }}
    union all
    select
        source_system,
        order_id,
        line_no,
        order_key,
        {{ line_key('sales', 'obligation_order_id', 'obligation_line_no') }} as line_key
    from {{ excluded }}
),

moved_lines as (
    select distinct
        earlier_lines.order_key as earlier_order_key,
        roots.order_key
    from earlier_lines
    inner join {{ ref('int_line_roots') }} as roots
        on
            earlier_lines.source_system = roots.source_system
            and earlier_lines.order_id = roots.order_id
            and earlier_lines.line_no = roots.line_no
    where earlier_lines.order_key <> roots.order_key or earlier_lines.line_key <> roots.line_key
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

-- Of two versions of one instant only one is left, whichever batch came first.
same_instants as (
    select new_batches.source_system
    from new_batches
    inner join {{ source('raw', 'batch_files') }} as batch_files
        on
            new_batches.source_system = batch_files.source_system
            and new_batches.extracted_at = batch_files.extracted_at
    inner join applied on batch_files.batch_file_id = applied.batch_file_id
),

-- Days of what lies at no place of its own end where the company says that it is.
changed_zones as (
    select new_batches.source_system
    from new_batches
    inner join {{ source('raw', 'batch_files') }} as batch_files
        on
            new_batches.source_system = batch_files.source_system
            and new_batches.default_zone <> coalesce(batch_files.default_zone, '')
    inner join applied on batch_files.batch_file_id = applied.batch_file_id
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
    select source_system from same_instants
    union distinct
    select source_system from changed_zones
    union distinct
    select source_system from first_told
),

affected as (
    select order_key from touched
    union all
    select earlier_order_key as order_key from moved_lines
    union all
    select order_key from moved_lines
    union all
    select order_rows.order_key
    from order_rows
    inner join changed_sources on order_rows.source_system = changed_sources.source_system
)
{% endif %}

select distinct order_key from affected
