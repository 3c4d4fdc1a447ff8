with

lines as (
    select
        line_key,
        source_system,
        supplier_id,
        product_id,
        released_at,
        {{ local_date('released_at', 'site_zone') }} as released_date
    from {{ ref('int_purchase_line_facts') }}
    where released_at is not null
),

told as (
    select
        *,
        coalesce(changed_at, cast(changed_date as timestamp), known_from) as changed_from,
        max(known_to) over (partition by source_system, row_key) as last_known_to
    from {{ ref('stg_price_agreements') }}
    where supplier_id is not null
),

corrected as (
    select * from (
        select
            *,
            row_number() over (
                partition by source_system, row_key, changed_from order by known_from desc
            ) as recency
        from told
        where last_known_to = {{ end_of_time() }}
    ) as ranked
    where recency = 1
),

agreements as (
    select
        *,
        case
            when row_number() over (partition by source_system, row_key order by changed_from) = 1
                then {{ beginning_of_time() }}
            else changed_from
        end as held_from,
        coalesce(
            lead(changed_from) over (partition by source_system, row_key order by changed_from), {{ end_of_time() }}
        ) as held_to
    from corrected
),

candidates as (
    select
        lines.line_key,
        lines.released_date,
        {{ net_unit_price('agreements.agreed_price', '0', 'agreements.per_quantity') }} as unit_price,
        agreements.uom,
        agreements.currency,
        row_number() over (
            partition by lines.line_key
            order by agreements.valid_from desc nulls last, agreements.changed_from desc, agreements.agreement_id desc
        ) as position
    from lines
    inner join agreements
        on
            lines.source_system = agreements.source_system
            and lines.supplier_id = agreements.supplier_id
            and lines.product_id = agreements.product_id
            and lines.released_at >= agreements.held_from
            and lines.released_at < agreements.held_to
            and lines.released_date >= coalesce(agreements.valid_from, lines.released_date)
            and lines.released_date <= coalesce(agreements.valid_to, lines.released_date)
)

select
    line_key,
    released_date,
    unit_price,
    uom,
    currency
from candidates
where position = 1
