-- depends_on: {{ ref('fct_otif_conformance') }}
-- depends_on: {{ ref('fct_order_obligations') }}
-- depends_on: {{ ref('fct_purchase_obligations') }}
-- depends_on: {{ ref('fct_obligation_events') }}

with

batches as (
    select source_system, batch_file_id from {{ source('raw', 'batch_files') }}
)

select * from batches
