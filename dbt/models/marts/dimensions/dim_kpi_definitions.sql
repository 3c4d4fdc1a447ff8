select
    {{ surrogate_key(['side', 'definition_id']) }} as definition_key,
    definition_id,
    side,
    label,
    description,
    promise,
    place,
    days_early,
    days_late,
    under_tolerance,
    in_full_mode,
    is_default,
    valid_from,
    valid_to
from {{ ref('otif_definitions') }}
