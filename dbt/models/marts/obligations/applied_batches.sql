-- depends_on: {{ ref('fct_otif_conformance') }}
-- depends_on: {{ ref('fct_order_obligations') }}
-- depends_on: {{ ref('fct_purchase_obligations') }}
-- depends_on: {{ ref('fct_obligation_events') }}
-- depends_on: {{ ref('fct_excluded_lines') }}
-- depends_on: {{ ref('fct_obligation_arrivals') }}
-- depends_on: {{ ref('fct_obligation_changes') }}
-- depends_on: {{ ref('fct_obligation_conditions') }}
-- depends_on: {{ ref('fct_obligation_versions') }}

with

batches as (
    select source_system, batch_file_id from {{ source('raw', 'batch_files') }}
)

select * from batches
