"""Each audit finds what it is for, and lets a sound build pass."""

from __future__ import annotations

import pytest

from dagster_project.errors import RunFailed
from dagster_project.publishing import DEFAULT_AUDITS, Audit, AuditFailed, publish

BREAKS = {
    "tables_are_there": ["drop table quarantined_rows", "drop table obligation_events"],
    "obligations_stand_once": ["insert into obligations select * from obligations where order_id = 'O1'"],
    "otif_conformance_stand_once": ["insert into otif_conformance select * from otif_conformance"],
    "kpi_catalogue_stand_once": ["insert into kpi_catalogue select * from kpi_catalogue limit 1"],
    "kpi_definitions_stand_once": ["insert into kpi_definitions select * from kpi_definitions limit 1"],
    "data_sources_stand_once": ["insert into data_sources select * from data_sources"],
    "source_inventory_stand_once": ["insert into source_inventory select * from source_inventory limit 1"],
    "landed_is_accepted_plus_quarantined": ["update batches set accepted = 1"],
    "quarantined_rows_are_kept": ["update batches set landed = 3, quarantined = 1"],
    "every_source_has_an_as_of": ["update data_sources set as_of_date = null"],
    "obligations_have_a_source": ["update data_sources set source_system = 'other'"],
    "order_lines_become_obligations": [
        "insert into source_inventory values ('empty', 'order_lines', '', 7)",
    ],
    "sides_have_one_default": ["update kpi_definitions set is_default = false where side = 'sales'"],
    "judgements_are_complete": ["update otif_conformance set due_status = 'late' where definition_id = 'default'"],
    "judgements_are_of_obligations": ["update obligations set line_key = 'elsewhere' where order_id = 'O1'"],
    "every_definition_judges_every_obligation": ["delete from otif_conformance where definition_id = 'requested'"],
    "deleted_obligations_are_not_judged": ["update obligations set is_deleted = true where order_id = 'O1'"],
    "spans_follow_each_other": [
        "delete from otif_conformance where definition_id = 'default' and valid_to < timestamp '9999-12-31'"
        " and valid_from > timestamp '0001-01-01'",
        "update otif_conformance set valid_to = valid_to - interval 1 day where valid_to < timestamp '9999-01-01'",
    ],
    "knowledge_follows_knowledge": [
        "insert into otif_conformance by name select * replace (timestamp '2026-01-01' as known_from)"
        " from otif_conformance",
    ],
    "five_states_add_up": [
        "insert into otif_conformance by name select * replace (valid_from - interval 1 hour as valid_from)"
        " from otif_conformance",
    ],
    "window_quantity_is_capped": ["update otif_conformance set window_quantity = 11 where is_met"],
    "met_means_on_time_and_in_full": ["update otif_conformance set is_in_full = null where is_met"],
    "a_fallback_says_so": ["update otif_conformance set is_promise_fallback = true"],
}


def test_a_sound_build_breaks_no_audit(make_warehouse):
    assert publish(make_warehouse().settings).tables["otif_conformance"] > 0


def test_a_build_without_obligations_or_sources_breaks_no_audit(make_warehouse):
    assert publish(make_warehouse((), sources=(), batches=()).settings).tables["obligations"] == 0


@pytest.mark.parametrize("name", [audit.name for audit in DEFAULT_AUDITS])
def test_an_audit_finds_what_it_is_for(make_warehouse, name):
    warehouse = make_warehouse()
    warehouse.execute(*BREAKS[name])
    with pytest.raises(AuditFailed) as failed:
        publish(warehouse.settings)
    found = {item.audit.name: item for item in failed.value.findings}
    assert name in found
    assert 1 <= len(found[name].examples) <= 5
    assert found[name].broken >= len(found[name].examples)


def test_a_missing_table_keeps_the_other_audits_from_being_asked(make_warehouse):
    warehouse = make_warehouse()
    warehouse.execute("drop table otif_conformance", "update batches set accepted = 1")
    with pytest.raises(AuditFailed) as failed:
        publish(warehouse.settings)
    assert [item.audit.name for item in failed.value.findings] == ["tables_are_there"]
    assert failed.value.findings[0].examples == [{"missing_table": "otif_conformance"}]


def test_every_broken_audit_is_told_at_once_with_at_most_five_examples(make_warehouse):
    warehouse = make_warehouse()
    warehouse.execute("update batches set accepted = 1", "update otif_conformance set is_promise_fallback = true")
    with pytest.raises(AuditFailed, match="batch_id B1") as failed:
        publish(warehouse.settings)
    assert [item.audit.name for item in failed.value.findings] == [
        "landed_is_accepted_plus_quarantined",
        "a_fallback_says_so",
    ]
    assert len(failed.value.findings[1].examples) == 5
    assert failed.value.message.endswith("Withheld: all figures, OTIF, on time, in full.")


def test_an_audit_that_cannot_be_asked_refuses_the_build(make_warehouse):
    with pytest.raises(RunFailed, match="the audit broken cannot be asked"):
        publish(make_warehouse().settings, audits=[Audit("broken", "it can be asked", "select nothing from nowhere")])


def test_names_and_sentences_of_audits_are_distinct():
    assert len({audit.name for audit in DEFAULT_AUDITS}) == len({audit.sentence for audit in DEFAULT_AUDITS})
    assert {audit.name for audit in DEFAULT_AUDITS} == set(BREAKS)
