{#- Readers ask for one company, side and definition at a time: rows of one question lie together. -#}
select * from {{ ref('fct_otif_conformance') }}
order by source_system, side, definition_id, obligation_key, known_from, valid_from
