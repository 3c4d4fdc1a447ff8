select * from {{ ref('int_carriers') }}
