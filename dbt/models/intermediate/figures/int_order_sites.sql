select
    line_facts.order_key,
    min(line_facts.site_id) as site_id
from {{ ref('int_line_facts') }} as line_facts
where line_facts.site_id is not null
group by line_facts.order_key
having count(distinct line_facts.site_id) = 1
