{{ config(materialized='view') }}

with

told as (
    select
        source_system,
        po_id,
        line_no,
        product_id,
        quantity,
        unit_price,
        per_quantity,
        site_id,
        uom,
        cancelled_at,
        cancelled_date,
        row_key,
        source_file,
        source_line
    from {{ ref('stg_purchase_order_lines') }}
    where known_to = {{ end_of_time() }}
),

schedules as (
    select
        schedules.*,
        sum(schedules.quantity) over (
            partition by schedules.source_system, schedules.po_id, schedules.line_no
        ) as line_quantity,
        count(schedules.quantity) over (
            partition by schedules.source_system, schedules.po_id, schedules.line_no
        ) as quantities_told,
        count(*) over (
            partition by schedules.source_system, schedules.po_id, schedules.line_no
        ) as schedule_lines,
        row_number() over (
            partition by schedules.source_system, schedules.po_id, schedules.line_no
            order by schedules.product_id nulls last, schedules.schedule_no
        ) as position
    from {{ ref('stg_purchase_schedule_lines') }} as schedules
    left join told
        on
            schedules.source_system = told.source_system
            and schedules.po_id = told.po_id
            and schedules.line_no = told.line_no
    where schedules.known_to = {{ end_of_time() }} and told.line_no is null
),

added_up as (
    select
        source_system,
        po_id,
        line_no,
        product_id,
        -- What one schedule line does not tell, their sum does not know.
        cast(case when quantities_told = schedule_lines then line_quantity end as decimal(18, 6)) as quantity,
        cast(null as decimal(18, 6)) as unit_price,
        cast(null as decimal(18, 6)) as per_quantity,
        cast(null as string) as site_id,
        cast(null as string) as uom,
        cast(null as timestamp) as cancelled_at,
        cast(null as date) as cancelled_date,
        row_key,
        source_file,
        source_line
    from schedules
    where position = 1
)

select * from told
union all
select * from added_up
