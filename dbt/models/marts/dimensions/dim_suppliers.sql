select * from {{ ref('int_suppliers') }}
