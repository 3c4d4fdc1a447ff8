select
    order_key,
    min(site_id) as site_id
from {{ ref('int_line_facts') }}
where site_id is not null
group by order_key
having count(distinct site_id) = 1
