"""Suites as data: read the YAML of a gate, and refuse what could not hold or could not fail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from dagster_project.errors import UsageError
from dagster_project.yaml_files import read_yaml

SUITES = Path(__file__).parent / "suites"
LANDING, PUBLISHING = "landing", "publishing"
FOLDERS = {LANDING: "landing", PUBLISHING: "published"}
SEVERITIES = ("block", "warn", "note")
ALL_FIGURES = "all figures"
# What no figure reads yet: it is told, and holds nothing back.
NO_FIGURE = "no figure"
# The arguments of Great Expectations that name columns, so that a column without any value is told as such.
_COLUMN_ARGUMENTS = ("column", "column_A", "column_B")


@dataclass(frozen=True)
class Expectation:
    """One sentence that must hold, and how it is asked.

    `expect` names an expectation of Great Expectations with its `arguments`; `rows` is a query over `{batch}` for the
    rows that break it. `needs` names entities and `entity.column`s: a source without them is not assessed. Up to the
    share `at_most` of a source's rows may break it; above `block_above` it blocks, whatever its severity. A column
    that `is_expected` is judged even where it has no value at all, and a query even where the table has no row; any
    other column without a value is one the source lacks.
    """

    id: str
    sentence: str
    severity: str
    withholds: tuple[str, ...]
    expect: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    rows: str = ""
    needs: tuple[str, ...] = ()
    at_most: float = 0.0
    block_above: float | None = None
    is_expected: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the suite's table that a built-in expectation reads."""
        named = [self.arguments[name] for name in _COLUMN_ARGUMENTS if name in self.arguments]
        return (*named, *self.arguments.get("column_list", ()))

    @property
    def is_of_the_table(self) -> bool:
        """True where the table itself is judged, which an empty one must not escape."""
        return self.expect.startswith("expect_table_")


@dataclass(frozen=True)
class Suite:
    """The expectations of one table.

    `table` is schema-qualified, `names_rows` the columns by which a failing row is told, `by_source` whether each
    company is judged by itself, `asset` the Dagster asset it is shown at.
    """

    gate: str
    name: str
    table: str
    description: str
    names_rows: tuple[str, ...]
    expectations: tuple[Expectation, ...]
    by_source: bool = True
    asset: tuple[str, ...] = ()


def load_suites(gate: str, folder: Path | None = None) -> tuple[Suite, ...]:
    """The suites of a gate, by name; UsageError names the file and what is wrong with it."""
    folder = folder or SUITES / FOLDERS[gate]
    suites = tuple(_read(gate, path) for path in sorted(folder.glob("*.yml")))
    if not suites:
        raise UsageError(
            f"The {gate} gate has no suites in {folder}.", "A gate that asks nothing lets everything pass."
        )
    _refuse_repeats(item.id for suite in suites for item in suite.expectations)
    return suites


@cache
def suites_fingerprint() -> str:
    """Hash of every suite: other expectations ask anew."""
    digest = sha256()
    for path in sorted(SUITES.rglob("*.yml")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _read(gate: str, path: Path) -> Suite:
    data = read_yaml(path) or {}
    listed = data.get("expectations") or []
    if not listed:
        raise UsageError(
            f"The suite {path} has no expectations.", "It would pass whatever the data; add one or remove it."
        )
    _require(data, ("table", "description", "names_rows"), f"The suite {path}")
    return Suite(
        gate=gate,
        name=path.stem,
        table=data["table"],
        description=data["description"],
        names_rows=tuple(data["names_rows"]),
        by_source=data.get("by_source", True),
        asset=tuple(data.get("asset", ())),
        expectations=tuple(
            _expectation(item, f"{path.name}: {item.get('id', 'an expectation without id')}") for item in listed
        ),
    )


def _expectation(item: dict[str, Any], where: str) -> Expectation:
    known = {one.name for one in fields(Expectation)}
    unknown = sorted(set(item) - known)
    if unknown:
        raise UsageError(
            f"{where} has unknown entries: {', '.join(unknown)}.", f"Known are {', '.join(sorted(known))}."
        )
    _require(item, ("id", "sentence", "severity", "withholds"), where)
    _refuse_mistakes(item, where)
    withholds, needs = item["withholds"], item.get("needs", ())
    return Expectation(
        **{
            **item,
            "withholds": (withholds,) if isinstance(withholds, str) else tuple(withholds),
            "needs": (needs,) if isinstance(needs, str) else tuple(needs),
        }
    )


def _refuse_mistakes(item: dict[str, Any], where: str) -> None:
    if item["severity"] not in SEVERITIES:
        raise UsageError(f"{where} has the severity {item['severity']!r}.", f"Choose from {', '.join(SEVERITIES)}.")
    if item["withholds"] == NO_FIGURE and (item["severity"] == "block" or "block_above" in item):
        raise UsageError(f"{where} blocks for no figure.", "Name the figures at stake, or let it warn.")
    if bool(item.get("expect")) == bool(item.get("rows")):
        raise UsageError(f"{where} must have either `expect` or `rows`.", "See docs/add-an-expectation.md.")
    if item.get("rows") and "{batch}" not in item["rows"]:
        raise UsageError(f"{where} does not read {{batch}}.", "Its rows would not be those of the source asked about.")
    if "mostly" in item.get("arguments", {}):
        raise UsageError(
            f"{where} uses `mostly`, which leaves rows without a value out of the share.",
            "Use `at_most`: it is a share of all rows of each source.",
        )


def _require(item: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
    missing = [name for name in names if not item.get(name)]
    if missing:
        raise UsageError(f"{where} lacks {', '.join(missing)}.", "See docs/add-an-expectation.md.")


def _refuse_repeats(ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise UsageError(f"Two expectations are called {one}.", "Give each an id of its own.")
        seen.add(one)
