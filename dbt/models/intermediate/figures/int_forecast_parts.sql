{{ config(materialized='view') }}

with

forecasts as (
    select
        forecasts.*,
        products.family as product_family,
        forecasts.forecast - forecasts.actual as error
    from {{ ref('int_forecasts') }} as forecasts
    left join {{ ref('dim_products') }} as products
        on
            forecasts.source_system = products.source_system
            and forecasts.product_id = products.product_id
            and forecasts.ended_at >= products.valid_from
            and forecasts.ended_at < products.valid_to
),

parts as (
    select *, 'forecast_wape' as kpi, abs(error) as numerator, actual as denominator from forecasts
    union all
    select *, 'forecast_bias' as kpi, error as numerator, actual as denominator from forecasts
    union all
    select *, 'forecast_mase' as kpi, abs(error) as numerator, absolute_scale as denominator from forecasts
    where absolute_scale > 0 or error is null
    union all
    select
        *, 'forecast_rmsse' as kpi, cast(error * error as decimal(28, 6)) as numerator, squared_scale as denominator
    from forecasts
    where squared_scale > 0 or error is null
)

select {{ figure_columns(part_columns(), {
    'unit_key': 'parts.forecast_key',
    'unit_id': 'parts.forecast_id',
    'counts_from': 'parts.ended_at',
    'booked_date': 'parts.target_week_start',
    'step': 'parts.horizon_weeks'
}, 'parts', [
    'source_system', 'kpi', 'numerator', 'denominator', 'uom', 'product_id', 'product_family', 'site_id', 'source_file',
    'source_line'
]) }}
from parts
