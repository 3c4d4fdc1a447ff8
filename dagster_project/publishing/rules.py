"""What must hold of every build that serves: tables, keys, sources, quantities, spans and states."""

from __future__ import annotations

from .audits import Audit

_OTIF = "OTIF, on time, in full"
_OPEN = "timestamp '9999-12-31 00:00:00'"

REQUIRED_TABLES = (
    *("otif_conformance", "obligations", "obligation_events", "kpi_catalogue", "kpi_definitions", "data_sources"),
    *("source_inventory", "batches", "quarantined_rows", "refused_files", "build_info"),
    *("obligation_versions", "obligation_arrivals", "obligation_changes", "excluded_lines", "source_rows"),
    "obligation_conditions",
    *("dim_customers", "dim_products", "dim_suppliers", "dim_sites", "dim_addresses", "dim_carriers", "dim_dates"),
    *("dim_sources", "fct_shipments", "fct_deliveries", "fct_receipts"),
)
KEYS = {
    "obligations": ("obligation_key",),
    "otif_conformance": ("obligation_key", "definition_id", "known_from", "valid_from"),
    "kpi_catalogue": ("kpi",),
    "kpi_definitions": ("side", "definition_id"),
    "data_sources": ("source_system",),
    "source_inventory": ("source_system", "entity", "column_name"),
}
# The place's instant of each source's declared as-of: a day lasts until its end at that place.
_AS_OF = """
    select sources.source_system, zones.place_zone,
        case
            when sources.as_of_kind = 'date' then
                timezone('UTC', timezone(zones.place_zone, cast(sources.as_of_date + 1 as timestamp)))
                - interval 1 microsecond
            else sources.as_of_at
        end as instant
    from data_sources as sources
    inner join (select distinct source_system, place_zone from otif_conformance) as zones using (source_system)
"""
# A source that has never told of a place is not judged there: its figures name what is missing.
_RECORDED_PLACES = """
    select source_system,
        case entity when 'deliveries' then 'delivered' when 'shipment_lines' then 'shipped' else 'received' end as place
    from source_inventory
    where column_name = '' and non_null_rows > 0 and entity in ('deliveries', 'shipment_lines', 'receipts')
"""


def _required_tables() -> Audit:
    names = ", ".join(f"('{name}')" for name in REQUIRED_TABLES)
    return Audit(
        "tables_are_there",
        "a build holds every table that pages and commands read",
        f"""
        select wanted.name as missing_table from (values {names}) as wanted (name)
        where wanted.name not in (
            select table_name from information_schema.tables where table_catalog = current_database()
        )
        """,
        is_basic=True,
    )


def _key_is_unique(table: str, key: tuple[str, ...]) -> Audit:
    columns = ", ".join(key)
    missing = " or ".join(f"{column} is null" for column in key)
    return Audit(
        f"{table}_stand_once",
        f"every row of {table} has a key of its own ({columns})",
        f"select {columns}, count(*) as rows from {table} group by {columns} having count(*) > 1 or {missing}",
    )


_SOURCES = (
    Audit(
        "landed_is_accepted_plus_quarantined",
        "landed rows are accepted or quarantined, batch by batch",
        """
        select source_system, batch_id, entity, source_file, landed, accepted, quarantined from batches
        where (landed = accepted + quarantined) is not true
        """,
    ),
    Audit(
        "quarantined_rows_are_kept",
        "every row that a batch counts as quarantined can be looked at",
        """
        select counted.*, coalesce(kept.kept, 0) as kept from (
            select source_system, batch_id, entity, sum(quarantined) as quarantined from batches group by all
        ) as counted
        left join (
            select source_system, batch_id, entity, count(*) as kept from quarantined_rows group by all
        ) as kept using (source_system, batch_id, entity)
        where counted.quarantined <> coalesce(kept.kept, 0)
        """,
        "the quarantine",
    ),
    Audit(
        "every_source_has_an_as_of",
        "every source with obligations says as of when its figures hold",
        """
        select source_system, as_of_kind from data_sources
        where source_system in (select source_system from obligations)
            and (case as_of_kind when 'date' then as_of_date is not null when 'instant' then as_of_at is not null end)
                is not true
        """,
    ),
    Audit(
        "obligations_have_a_source",
        "every obligation belongs to a source that is described",
        "select source_system, side, count(*) as obligations from obligations"
        " where source_system not in (select source_system from data_sources) group by all",
    ),
    Audit(
        "order_lines_become_obligations",
        "a source that landed order lines has obligations",
        """
        select source_system, non_null_rows as order_lines from source_inventory
        where entity = 'order_lines' and column_name = '' and non_null_rows > 0
            and source_system not in (select source_system from obligations where side = 'sales')
        """,
    ),
    Audit(
        "sides_have_one_default",
        "each side that is judged has one default definition",
        """
        select side, count(*) filter (where is_default) as defaults from kpi_definitions
        group by side having count(*) filter (where is_default) <> 1
        """,
        _OTIF,
    ),
)

_CONFORMANCE = (
    Audit(
        "judgements_are_complete",
        "every judgement says what it judges, when it holds and in which state",
        """
        select obligation_key, definition_id, known_from, valid_from, due_status, due_date from otif_conformance
        where obligation_key is null or definition_id is null or place_zone is null
            or known_from is null or known_to is null or valid_from is null or valid_to is null
            or (due_status in ('due', 'not_yet_due', 'unknown', 'cancelled')) is not true
            or (due_status in ('due', 'not_yet_due') and (due_date is null or promised_quantity is null))
        """,
        _OTIF,
    ),
    Audit(
        "judgements_are_of_obligations",
        "every judgement is of an obligation, under a definition of its side",
        """
        select judged.obligation_key, judged.definition_id, judged.side, count(*) as rows
        from otif_conformance as judged
        left join obligations on judged.obligation_key = obligations.obligation_key
            and judged.source_system = obligations.source_system and judged.side = obligations.side
            and judged.order_key = obligations.order_key and judged.line_key = obligations.line_key
        left join kpi_definitions as definitions
            on judged.definition_id = definitions.definition_id and judged.side = definitions.side
        where obligations.obligation_key is null or definitions.definition_id is null
        group by all
        """,
        _OTIF,
    ),
    Audit(
        "every_definition_judges_every_obligation",
        "every obligation that stands is judged, until further notice, under every definition whose place is recorded",
        f"""
        select obligations.obligation_key, definitions.definition_id
        from obligations inner join kpi_definitions as definitions using (side)
        inner join ({_RECORDED_PLACES}) as recorded using (source_system, place)
        where obligations.is_deleted is not true
        except
        select obligation_key, definition_id from otif_conformance
        where known_to = {_OPEN} and valid_to = {_OPEN}
        """,
        _OTIF,
    ),
    Audit(
        "deleted_obligations_are_not_judged",
        "an obligation that its source has deleted is not judged any more",
        f"""
        select distinct obligation_key from otif_conformance
        inner join obligations using (obligation_key)
        where obligations.is_deleted and known_to = {_OPEN}
        """,
        _OTIF,
    ),
    Audit(
        "spans_follow_each_other",
        "the spans of an obligation under a definition neither overlap nor leave a gap",
        f"""
        select obligation_key, definition_id, known_from, valid_from, valid_to, following from (
            select *, lead(valid_from) over (
                partition by obligation_key, definition_id, known_from order by valid_from
            ) as following
            from otif_conformance
        ) where valid_to <= valid_from or valid_to <> coalesce(following, {_OPEN})
        """,
        _OTIF,
    ),
    Audit(
        "knowledge_follows_knowledge",
        "what was known of an obligation at any moment is one state of knowledge",
        """
        select obligation_key, definition_id, known_from, known_to, following from (
            select *, lead(known_from) over (
                partition by obligation_key, definition_id order by known_from, known_to
            ) as following
            from (select distinct obligation_key, definition_id, known_from, known_to from otif_conformance)
        ) where known_to <= known_from or known_to > following
        """,
        _OTIF,
    ),
    Audit(
        "five_states_add_up",
        "the five states of every definition add up to the obligations at the declared as-of",
        f"""
        with as_of as ({_AS_OF}),
        known as (
            select judged.*, as_of.instant from otif_conformance as judged
            inner join as_of using (source_system, place_zone)
            where judged.known_to = {_OPEN} and judged.valid_from <= as_of.instant
        )
        select source_system, side, definition_id,
            count(distinct obligation_key) as obligations,
            count(*) filter (where instant < valid_to and due_status = 'due' and is_met is true) as due_met,
            count(*) filter (where instant < valid_to and due_status = 'due' and is_met is not true) as due_failed,
            count(*) filter (where instant < valid_to and due_status = 'not_yet_due') as not_yet_due,
            count(*) filter (where instant < valid_to and due_status = 'unknown') as unknown,
            count(*) filter (where instant < valid_to and due_status = 'cancelled') as cancelled
        from known
        group by source_system, side, definition_id
        having due_met + due_failed + not_yet_due + unknown + cancelled <> obligations
        """,
        _OTIF,
    ),
    Audit(
        "window_quantity_is_capped",
        "what counts inside the window is neither negative nor more than was promised or arrived",
        """
        select obligation_key, definition_id, window_quantity, promised_quantity, arrived_quantity
        from otif_conformance
        where window_quantity < 0 or window_quantity > promised_quantity or window_quantity > arrived_quantity
        """,
        "OTIF by unit and value",
    ),
    Audit(
        "met_means_on_time_and_in_full",
        "an obligation is met exactly when it is on time and in full",
        """
        select obligation_key, definition_id, is_met, is_on_time, is_in_full from otif_conformance
        where (is_met and (is_on_time and is_in_full) is not true)
            or (due_status = 'due' and not is_met and is_on_time and is_in_full)
        """,
        _OTIF,
    ),
    Audit(
        "a_fallback_says_so",
        "a promise that fell back is the requested date, by name",
        """
        select obligation_key, definition_id, promise_in_use from otif_conformance
        where is_promise_fallback and promise_in_use is distinct from 'requested'
        """,
        _OTIF,
    ),
)

DEFAULT_AUDITS: tuple[Audit, ...] = (
    _required_tables(),
    *(_key_is_unique(table, key) for table, key in KEYS.items()),
    *_SOURCES,
    *_CONFORMANCE,
)
