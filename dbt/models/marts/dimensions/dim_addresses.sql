select * from {{ ref('int_addresses') }}
