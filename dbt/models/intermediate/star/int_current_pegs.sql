{{ config(materialized='view') }}

with

pegs as (
    select
        pegs.*,
        {{ company_zone('context') }} as company_zone
    from {{ ref('stg_supply_pegs') }} as pegs
    inner join {{ ref('int_source_context') }} as context on pegs.source_system = context.source_system
    where pegs.known_to = {{ end_of_time() }} and pegs.supply_type = 'purchase-order-line'
),

timed as (
    select
        {{ surrogate_key(['source_system', 'row_key']) }} as peg_key,
        source_system,
        order_id,
        line_no,
        supply_id as po_id,
        supply_line_no as po_line_no,
        uom,
        quantity,
        coalesce(
            valid_from, {{ local_day_start('valid_from_date', 'company_zone') }}, {{ beginning_of_time() }}
        ) as holds_from,
        coalesce(
            valid_to, {{ local_day_end('valid_to_date', 'company_zone') }}, {{ end_of_time() }}
        ) as holds_to,
        row_key,
        source_file,
        source_line
    from pegs
)

select * from timed
