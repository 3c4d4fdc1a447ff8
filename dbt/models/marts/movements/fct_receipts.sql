select * from {{ ref('int_receipts') }}
