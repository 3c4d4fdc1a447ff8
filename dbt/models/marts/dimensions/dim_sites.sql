select * from {{ ref('int_sites') }}
