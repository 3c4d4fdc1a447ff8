from pathlib import Path

import polars as pl
import pytest

from dagster_project.contract.model import SYSTEM_COLUMNS, load_contract

CONTRACT = load_contract()


def test_every_key_column_is_a_field_of_its_entity():
    for entity in CONTRACT.entities.values():
        assert set(entity.key) <= set(entity.by_name), entity.name


def test_a_moment_has_a_companion_for_a_day_without_a_time():
    schema = CONTRACT.entity("orders").polars_schema()
    assert schema["received_at"] == pl.Datetime("us")
    assert schema["received_date"] == pl.Date


def test_ids_are_text_and_quantities_are_exact():
    schema = CONTRACT.entity("order_lines").polars_schema()
    assert schema["line_no"] == pl.String
    assert schema["quantity"] == pl.Decimal(18, 6)


def test_the_warehouse_schema_ends_with_the_system_columns():
    names = list(CONTRACT.entity("receipts").warehouse_schema())
    assert names[-len(SYSTEM_COLUMNS) :] == list(SYSTEM_COLUMNS)


def test_order_lines_require_what_an_obligation_cannot_do_without():
    assert CONTRACT.entity("order_lines").required == ("order_id", "line_no", "product_id", "quantity")


def test_an_entity_that_uses_an_unknown_field_is_named(tmp_path: Path):
    _write(tmp_path, "- {name: a, dtype: id, description: A}", "fields: [{name: a}, {name: b}]")
    with pytest.raises(ValueError, match=r"thing\.yml: no such field: b"):
        load_contract(tmp_path)


def test_a_field_is_defined_once(tmp_path: Path):
    twice = "- {name: a, dtype: id, description: A}\n- {name: a, dtype: text, description: B}"
    _write(tmp_path, twice, "fields: [{name: a}]")
    with pytest.raises(ValueError, match="field a is defined twice"):
        load_contract(tmp_path)


def test_a_personal_field_does_not_land(tmp_path: Path):
    _write(
        tmp_path,
        "- {name: a, dtype: id, description: A}\n- {name: b, dtype: text, description: B, personal: true}",
        "fields: [{name: a}, {name: b}]",
    )
    assert list(load_contract(tmp_path).entity("thing").polars_schema()) == ["a"]


def test_a_field_tells_what_else_files_call_it(tmp_path: Path):
    _write(tmp_path, "- {name: a, dtype: id, description: A, also: [b, c]}", "fields: [{name: a}]")
    assert load_contract(tmp_path).entity("thing").other_names == {"b": "a", "c": "a"}


def test_a_name_of_a_field_is_never_another_name_too():
    for entity in CONTRACT.entities.values():
        assert set(entity.other_names) & set(entity.by_name) == set(), entity.name


def test_a_column_that_files_must_have_has_one_name():
    for entity in CONTRACT.entities.values():
        assert set(entity.required) & set(entity.other_names.values()) == set(), entity.name


def _write(folder: Path, fields: str, entity_fields: str) -> None:
    (folder / "fields").mkdir()
    (folder / "entities").mkdir()
    (folder / "fields" / "all.yml").write_text(fields, encoding="utf-8")
    (folder / "entities" / "thing.yml").write_text(
        f"entity: thing\ndescription: T\ngrain: one row per thing\nkey: [a]\n{entity_fields}\n", encoding="utf-8"
    )
