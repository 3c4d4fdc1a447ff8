{{ config(materialized='view') }}

with

compared as (
    select
        lines.source_system,
        lines.product_id,
        paid.line_key,
        paid.counts_from,
        paid.booked_date,
        paid.quantity,
        paid.unit_price as paid_price,
        paid.uom as paid_uom,
        paid.currency as paid_currency,
        agreed.unit_price as agreed_price,
        agreed.uom as agreed_uom,
        case when agreed.line_key is not null then coalesce(agreed.currency, paid.currency) end as agreed_currency,
        agreed.released_date
    from {{ ref('int_paid_prices') }} as paid
    inner join {{ ref('int_purchase_line_facts') }} as lines on paid.line_key = lines.line_key
    left join {{ ref('int_agreed_prices') }} as agreed on paid.line_key = agreed.line_key
),

exchanges as (
    select distinct source_system, paid_currency, agreed_currency, released_date
    from compared
    where paid_currency <> agreed_currency
),

exchange_rates as (
    select * from (
        select
            exchanges.*,
            rates.multiplier,
            rates.divisor,
            row_number() over (
                partition by
                    exchanges.source_system, exchanges.paid_currency, exchanges.agreed_currency,
                    exchanges.released_date
                order by rates.rate_date desc, rates.preference asc
            ) as position
        from exchanges
        inner join {{ ref('int_exchange_rates') }} as rates
            on
                exchanges.source_system = rates.source_system
                and exchanges.paid_currency = rates.from_currency
                and exchanges.agreed_currency = rates.to_currency
                and exchanges.released_date >= rates.rate_date
    ) as ranked
    where position = 1
),

converted as (
    select
        compared.line_key,
        compared.counts_from,
        compared.booked_date,
        compared.quantity,
        compared.agreed_currency,
        case
            when coalesce(compared.paid_currency, compared.agreed_currency, '') = coalesce(compared.agreed_currency, '')
                then compared.paid_price
            else {{ quotient('compared.paid_price * exchange_rates.multiplier', 'exchange_rates.divisor') }}
        end as paid_price,
        {{ times_factor('price', 'compared.agreed_price', 'compared.paid_uom', 'compared.agreed_uom') }} as agreed_price
    from compared
    left join exchange_rates
        on
            compared.source_system = exchange_rates.source_system
            and compared.paid_currency = exchange_rates.paid_currency
            and compared.agreed_currency = exchange_rates.agreed_currency
            and compared.released_date = exchange_rates.released_date
    {{ join_factors('price', 'compared', 'compared.paid_uom', 'compared.agreed_uom') }}
),

summed as (
    select
        line_key,
        counts_from,
        booked_date,
        agreed_currency,
        count(*) = count(paid_price - agreed_price) as is_comparable,
        sum(cast((paid_price - agreed_price) * quantity as decimal(28, 6))) as variance
    from converted
    group by line_key, counts_from, booked_date, agreed_currency
),

variances as (
    select
        line_key,
        counts_from,
        booked_date,
        case when is_comparable then variance end as variance,
        case when is_comparable then agreed_currency end as currency
    from summed
)

select {{ figure_columns(part_columns(), {
    'kpi': "'price_variance'",
    'unit_key': 'lines.line_key',
    'unit_id': 'lines.unit_id',
    'counts_from': 'variances.counts_from',
    'booked_date': 'variances.booked_date',
    'numerator': 'variances.variance',
    'denominator': '0',
    'currency': 'variances.currency'
}, 'lines', purchase_dimensions()) }}
from variances
inner join {{ ref('int_purchase_line_facts') }} as lines on variances.line_key = lines.line_key
