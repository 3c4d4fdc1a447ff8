{{ config(materialized='view') }}

with

{{ row_versions('compliance_policies') }},

renamed as (
    select
        source_system,
        policy_id,
        name,
        rule_id,
        requirement,
        severity,
        country,
        customer_id,
        supplier_id,
        category,
        product_id,
        valid_from,
        valid_to,
        changed_at,
        changed_date,
        row_key,
        batch_id,
        batch_file_id,
        source_file,
        source_line,
        known_from,
        known_to
    from versions
)

select * from renamed
