"""The page about the star: its facts, snapshots, bridges and dimensions, as the models' own descriptions tell them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_ROOT = Path(__file__).resolve().parents[1]
PAGE = _ROOT / "docs" / "star.md"
_MARTS = _ROOT / "dbt" / "models" / "marts"
_ACCUMULATING = (
    *("fct_order_obligations", "fct_purchase_obligations", "fct_obligation_milestones"),
    *("fct_return_lines", "fct_exceptions"),
)
_INTRODUCTION = """\
# The star

`make star` writes this page from the descriptions of the models in `dbt/models/marts`. A *table* is part of every
build, or stands there under the name of a published model. A *view* costs a run nothing and is part of no build, unless
a published model reads it: analysts find it in the warehouse (`.orderlens/warehouse/warehouse.duckdb`, schema `marts`).

Keys of dimensions are never null: `unknown`, `not_yet` and `not_applicable` are members of every dimension. Who and
what a fact is about is judged by the day its order was received, for purchases released; a fact without an order by its
own day. Rows are as known now.

Each run asks the grain of the tables. What would read large views again, and whether each key stands in its dimension,
is tagged `thorough` and asked by the tests (`dbt test --select tag:thorough` asks it of any warehouse).
"""
_PARTS = {
    "Accumulating facts": "one row per thing with a life, and the instants of its milestones",
    "Transaction facts": "one row per thing that happened",
    "Periodic snapshots": "one row per thing and day",
    "Conformance": "what every OTIF on every screen reads",
    "Bridges": "what belongs to what, many to many",
    "Parts of figures": "what other figures are made of; published as `kpi_parts`, `kpi_durations`, `kpi_balances`",
    "Evidence": "what decided an obligation; published under other names",
    "Dimensions": "who, what and where",
}
_DESCRIBED = r"(?P<before>.*?)\s*Grain: (?P<grain>[^.;]*)[.;]?\s*(?P<after>.*)"
_BY_FOLDER = {"conformance": "Conformance", "figures": "Parts of figures", "evidence": "Evidence"}
_BY_PREFIX = {"dim": "Dimensions", "snap": "Periodic snapshots", "bridge": "Bridges", "fct": "Transaction facts"}


@dataclass(frozen=True)
class Model:
    """A model of the star: its name, the part of the star it is, its grain, what it holds, its keys, how it is kept."""

    name: str
    part: str
    grain: str
    holds: str
    keys: tuple[str, ...]
    kept: str


def models() -> list[Model]:
    """The models of the star, by name."""
    return sorted(
        (
            _model(told, file.parent)
            for file in _MARTS.rglob("*.yml")
            for told in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", [])
            if told["name"].split("_")[0] in _BY_PREFIX
        ),
        key=lambda model: model.name,
    )


def _model(told: dict[str, Any], folder: Path) -> Model:
    name = told["name"]
    part = _BY_FOLDER.get(folder.name) or _BY_PREFIX[name.split("_")[0]]
    described = re.fullmatch(_DESCRIBED, told["description"])
    grain = described["grain"] if described else ""
    holds = "; ".join(filter(None, (described["before"].rstrip("."), described["after"]))) if described else ""
    members = [test["known_member"] for test in told.get("data_tests", []) if "known_member" in test]
    is_view = "materialized='view'" in (folder / f"{name}.sql").read_text(encoding="utf-8")
    return Model(
        name,
        "Accumulating facts" if name in _ACCUMULATING else part,
        grain,
        holds.rstrip("."),
        tuple(member["arguments"]["column"].removesuffix("_key") for member in members),
        "view" if is_view else "table",
    )


def page() -> str:
    """The page, as it should stand in the documentation."""
    return "\n".join([_INTRODUCTION, *_sections(models())])


def _sections(found: list[Model]) -> Iterator[str]:
    for part, explained in _PARTS.items():
        yield from (f"## {part}", "", f"{explained[0].upper()}{explained[1:]}.", "")
        yield from ("| model | one row per | holds | keys of dimensions | kept as |", "| --- | --- | --- | --- | --- |")
        for model in found:
            if model.part == part:
                cells = (f"`{model.name}`", model.grain, model.holds, ", ".join(model.keys), model.kept)
                yield f"| {' | '.join(cells)} |"
        yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
