-- depends_on: {{ ref('int_affected_orders') }}
{{ config(
    materialized=fact_materialization(), incremental_strategy='append', pre_hook="{{ forget_affected_orders() }}"
) }}

with

judged as (
    select
        judged.*,
        obligations.source_system,
        obligations.side,
        obligations.obligation_key,
        obligations.line_key,
        obligations.order_key,
        obligations.epoch,
        obligations.known_to,
        obligations.net_unit_price,
        judged.due_status = 'due' and not coalesce(judged.is_met, judged.is_on_time, false) as is_failed
    from {{ ref('int_otif_judged') }} as judged
    inner join {{ ref('int_obligations') }} as obligations on judged.obligation_no = obligations.obligation_no
),

explained as (
    select
        *,
        concat_ws(
            '|',
            case when is_failed and arrivals = 0 then 'nothing_arrived' end,
            case when is_failed and last_arrival_date > due_date and not is_on_time then 'late' end,
            case
                when is_failed and first_arrival_date < window_opens_date and not is_on_time then 'early'
            end,
            case when is_failed and arrivals > 0 and not is_in_full then 'not_in_full' end,
            case
                when is_failed and is_cancelled and cancelled_by in ('us', 'supplier')
                    then concat('cancelled_by_', cancelled_by)
            end
        ) as reasons,
        concat_ws(
            '|',
            case
                when place = 'delivered' and due_status = 'due' and is_shipped and arrivals = 0
                    then 'shipped_without_proof'
            end,
            case when is_zone_assumed then 'zone_assumed' end,
            case when arrivals_with_quantity < arrivals then 'quantity_missing' end,
            case when arrivals_with_date < arrivals then 'arrival_time_missing' end,
            case when is_unconfirmed and promise <> 'requested' then 'unconfirmed' end,
            case when is_cancelled and cancelled_by is null then 'cancelled_by_unknown' end
        ) as flags
    from judged
),

conformance as (
    select
        source_system,
        side,
        definition_id,
        obligation_key,
        line_key,
        order_key,
        epoch as known_from,
        known_to,
        valid_from,
        valid_to,
        place_zone,
        due_date,
        case when is_fallback then 'requested' else promise end as promise_in_use,
        is_fallback as is_promise_fallback,
        due_status,
        is_on_time,
        is_in_full,
        is_met,
        promise_quantity as promised_quantity,
        cast(least(inside_quantity, promise_quantity) as decimal(18, 6)) as window_quantity,
        cast(arrived_quantity as decimal(18, 6)) as arrived_quantity,
        net_unit_price,
        completed_date,
        last_arrival_date,
        reasons,
        flags,
        window_opens_date,
        required_quantity,
        is_rebased
    from explained
)

select * from conformance
