{{ config(materialized='view') }}

with

fields as (
    select
        fields.*,
        documents.order_id,
        documents.customer_id,
        documents.channel,
        documents.document_format,
        documents.layout,
        documents.received_at
    from {{ ref('int_current_capture_fields') }} as fields
    left join {{ ref('int_current_capture_documents') }} as documents
        on
            fields.source_system = documents.source_system
            and fields.document_id = documents.document_id
),

keyed as (
    select
        fields.field_key,
        fields.source_system,
        fields.document_id,
        fields.line_no,
        fields.field_name,
        fields.order_id,
        coalesce(order_keys.order_key, 'unknown') as order_key,
        coalesce(order_keys.customer_key, dim_customers.customer_key, 'unknown') as customer_key,
        fields.channel,
        fields.document_format,
        fields.layout,
        fields.extracted_value,
        fields.corrected_value,
        fields.corrected_value is not null
        and (fields.extracted_value is null or fields.corrected_value <> fields.extracted_value) as is_corrected,
        fields.confidence,
        fields.actor_kind,
        fields.received_at,
        fields.corrected_at,
        fields.corrected_date,
        fields.source_file,
        fields.source_line
    from fields
    left join {{ ref('int_order_keys') }} as order_keys
        on
            fields.source_system = order_keys.source_system
            and fields.order_id = order_keys.order_id
            and order_keys.side = 'sales'
    {{ version_join('customer', 'fields', 'fields.received_at') }}
)

select * from keyed
