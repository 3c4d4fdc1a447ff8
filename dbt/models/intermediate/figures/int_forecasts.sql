with

covered as (
    select * from {{ ref('int_covered_weeks') }}
),

zones as (
    select distinct source_system, company_zone, first_whole_week from covered
),

sites as (
    select source_system, count(site_id) > 0 as is_site_told
    from {{ ref('int_line_facts') }}
    group by source_system
),

demand_units as (
    select
        source_system,
        product_id,
        min(base_uom) as uom,
        coalesce(min(base_uom) <> max(base_uom), false) as is_mixed
    from {{ ref('int_line_facts') }}
    where not is_continuation
    group by source_system, product_id
),

frozen as (
    select
        forecasts.*,
        zones.company_zone,
        zones.first_whole_week,
        sites.is_site_told or forecasts.site_id is null as is_demand_told,
        count(case when sites.is_site_told then forecasts.site_id end) over (
            partition by
                forecasts.source_system, forecasts.version_id, forecasts.product_id, forecasts.target_week_start
        ) as sites_of_week,
        {{ event_instant('forecasts.frozen_at', 'forecasts.frozen_date', 'zones.company_zone') }} as frozen_instant
    from {{ ref('stg_forecast_versions') }} as forecasts
    inner join zones on forecasts.source_system = zones.source_system
    inner join sites on forecasts.source_system = sites.source_system
    where forecasts.known_to = {{ end_of_time() }} and forecasts.horizon_weeks is not null
),

sampled as (
    select
        *,
        {{ surrogate_key(['source_system', 'product_id', 'site_id']) }} as series_key,
        {{ add_days(week_start(local_date('frozen_instant', 'company_zone')), -7) }} as last_sample_week
    from frozen
    where
        frozen_instant <= {{ local_day_start('target_week_start', 'company_zone') }}
        and (site_id is not null or sites_of_week = 0)
),

judged as (
    select
        sampled.*,
        covered.ended_at,
        units.uom as demand_uom,
        case
            when not coalesce(units.is_mixed, false) and sampled.is_demand_told
                then {{ in_unit('demand', 'sampled.quantity', 'sampled.uom', 'units.uom') }}
        end as forecast,
        coalesce(demand.quantity, 0) as demand,
        {{ days_between('sampled.first_whole_week', 'sampled.last_sample_week') }} / 7 as changes_told
    from sampled
    inner join covered
        on sampled.source_system = covered.source_system and sampled.target_week_start = covered.week_start
    left join {{ ref('int_weekly_demand') }} as demand
        on sampled.series_key = demand.series_key and sampled.target_week_start = demand.week_start
    left join demand_units as units
        on sampled.source_system = units.source_system and sampled.product_id = units.product_id
    {{ join_factors('demand', 'sampled', 'sampled.uom', 'units.uom') }}
)

select
    judged.source_system,
    {{ surrogate_key([
        'judged.source_system', 'judged.version_id', 'judged.product_id', 'judged.site_id', 'judged.target_week_start'
    ]) }} as forecast_key,
    concat_ws('/', judged.version_id, judged.product_id, judged.site_id, cast(judged.target_week_start as string))
        as forecast_id,
    judged.product_id,
    judged.site_id,
    judged.horizon_weeks,
    judged.target_week_start,
    judged.ended_at,
    judged.forecast,
    case when judged.forecast is not null then judged.demand end as actual,
    coalesce(judged.demand_uom, judged.uom) as uom,
    case
        when judged.changes_told >= 1 and judged.forecast is not null
            then {{ quotient('scales.absolute_changes', 'judged.changes_told') }}
    end as absolute_scale,
    case
        when judged.changes_told >= 1 and judged.forecast is not null
            then {{ quotient('scales.squared_changes', 'judged.changes_told') }}
    end as squared_scale,
    judged.source_file,
    judged.source_line
from judged
left join {{ ref('int_demand_scales') }} as scales
    on
        judged.series_key = scales.series_key
        and judged.last_sample_week >= scales.week_start
        and judged.last_sample_week < coalesce(scales.next_week_start, {{ add_days('judged.last_sample_week', 1) }})
