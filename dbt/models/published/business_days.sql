select * from {{ ref('dim_business_days') }}
