select * from {{ ref('int_deliveries') }}
