{{ config(materialized='view') }}

with

{{ row_versions('routing_candidates') }},

renamed as (
    select
        source_system,
        decision_id,
        site_id,
        order_id,
        line_no,
        decided_at,
        decided_date,
        available_quantity,
        distance as distance_km,
        cost as cost_amount,
        currency,
        load as load_share,
        transit_days,
        service_level,
        score,
        chosen as is_chosen,
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
