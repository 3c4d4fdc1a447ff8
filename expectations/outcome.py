"""What a gate found: one result per expectation and company, and what to say where the gate holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dagster_project.errors import RunFailed

PASS, FAIL, WARN, NOTE, NOT_ASSESSED = "pass", "fail", "warn", "note", "not_assessed"
# How the reason of a question that could not be put begins; it may be put another time, so it is not kept.
UNASKED = "it cannot be asked"
# Where a home keeps what its gates found, and what people have let pass.
CHECKS = "checks"
LET_PASS = "let_pass.yml"  # noqa: S105 - no password
_OWN = "source_system"
_REMARKS = {WARN: "warning", NOTE: "note"}
_TITLES = {"landing": "The landed data is not fit to build from", "publishing": "The star is not fit to be published"}
GATES = tuple(_TITLES)


@dataclass(frozen=True)
class CheckResult:
    """One expectation of one company.

    `status` is pass, fail (it blocks), warn, note or not_assessed with its `reason`; `failing_rows` of the
    `assessed_rows` break it and `examples` are up to five of them. `source_system` is empty where the expectation is
    of no single company.
    """

    gate: str
    suite: str
    expectation_id: str
    source_system: str
    sentence: str
    severity: str
    status: str
    failing_rows: int = 0
    assessed_rows: int = 0
    withholds: tuple[str, ...] = ()
    examples: tuple[dict[str, Any], ...] = ()
    reason: str = ""

    def __str__(self) -> str:
        return self.told(len(self.examples))

    def told(self, rows: int) -> str:
        """The finding in words, with up to so many of the rows that break it."""
        whose = f" ({self.source_system})" if self.source_system else ""
        told = f"{self.expectation_id}{whose}: it does not hold that {self.sentence}"
        if self.reason:
            return f"{told} ({self.reason})"
        count = f"{self.failing_rows:,} of {self.assessed_rows:,} rows"
        examples = "; ".join(example_text(item, self.source_system) for item in self.examples[:rows])
        return f"{told} ({count}{': ' if examples else ''}{examples})"


def example_text(row: dict[str, Any], company: str = "") -> str:
    """A failing row in words: file and line first where it has them, then its other columns but the company's own."""
    told = {name: value for name, value in row.items() if value is not None and (name, value) != (_OWN, company)}
    file, line = told.pop("source_file", None), told.pop("source_line", None)
    place = [f"{file} line {line}" if line is not None else str(file)] if file is not None else []
    return ", ".join([*place, *(f"{name} {value}" for name, value in told.items())])


@dataclass
class GateOutcome:
    """Everything a gate found, and where its Data Docs are."""

    gate: str
    fingerprint: str
    results: list[CheckResult] = field(default_factory=list)
    docs: str = ""

    @property
    def blocking(self) -> list[CheckResult]:
        """Results that stop what follows."""
        return [item for item in self.results if item.status == FAIL]

    @property
    def remarks(self) -> list[CheckResult]:
        """Warnings, then notes: they are told and stop nothing."""
        return [item for status in (WARN, NOTE) for item in self.results if item.status == status]

    def to_json(self) -> str:
        """The outcome as text, read back by `from_json`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, default=str)

    @classmethod
    def from_json(cls, text: str) -> GateOutcome:
        """The outcome that `to_json` wrote."""
        data = json.loads(text)
        listed = ("withholds", "examples")
        results = [CheckResult(**{**item, **{name: tuple(item[name]) for name in listed}}) for item in data["results"]]
        return cls(data["gate"], data["fingerprint"], results, data["docs"])


class GateFailed(RunFailed):
    """A gate found data that is not fit for figures; what was published before keeps serving."""

    def __init__(self, outcome: GateOutcome, serving: str | None) -> None:
        self.outcome = outcome
        told = "".join(f"\n  {item}." for item in outcome.blocking)
        kept = f"Build {serving} keeps serving." if serving else "Nothing is served yet."
        super().__init__(
            f"{_TITLES[outcome.gate]}: nothing was published.{told}\nWithheld: {withheld(outcome.blocking)}.",
            f"{kept} The failing rows are in {outcome.docs}. Repair the source and land it again; what is right "
            "although it looks wrong is let pass as docs/operations.md says.",
        )


def withheld(results: Iterable[CheckResult]) -> str:
    """The figures at stake, each once; one that is at stake with all figures is not named beside them."""
    names = list(dict.fromkeys(name for item in results for name in item.withholds))
    return "all figures" if "all figures" in names else ", ".join(names)


def remark_lines(outcomes: Iterable[GateOutcome]) -> list[str]:
    """What the gates let pass and want to be known: a line for each with its first row, and where to read more."""
    lines, docs = [], ""
    for outcome in outcomes:
        held = sum(item.status == PASS for item in outcome.results)
        unasked = sum(item.status == NOT_ASSESSED for item in outcome.results)
        lines.append(f"{outcome.gate} gate: {held:,} held, {len(outcome.remarks):,} remarks, {unasked:,} not assessed")
        lines += [f"  {_REMARKS[item.status]}: {item.told(1)}" for item in outcome.remarks]
        docs = outcome.docs if outcome.remarks else docs
    return [*lines, f"  The rows are in {docs}"] if docs else lines


def check_rows(outcomes: Iterable[GateOutcome]) -> list[tuple[Any, ...]]:
    """Rows of `check_results`, in the order of CHECK_COLUMNS."""
    return [
        (
            *(item.gate, item.suite, item.expectation_id, item.source_system, item.sentence, item.severity),
            *(item.status, item.failing_rows, item.assessed_rows, json.dumps(item.withholds)),
            *(json.dumps(item.examples, ensure_ascii=False, default=str), item.reason),
        )
        for outcome in outcomes
        for item in outcome.results
    ]


CHECK_COLUMNS = (
    "gate varchar not null, suite varchar not null, expectation_id varchar not null, source_system varchar not null, "
    "sentence varchar not null, severity varchar not null, status varchar not null, failing_rows bigint not null, "
    "assessed_rows bigint not null, withholds varchar not null, examples varchar not null, reason varchar not null"
)


def kept_at(home: Path, gate: str) -> Path:
    """The file in which a home keeps what one of its gates found."""
    return home / CHECKS / f"{gate}.json"


def read_outcome(path: Path) -> GateOutcome | None:
    """The outcome kept in a file; None where there is none that can be read."""
    try:
        return GateOutcome.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def plain(rows: Sequence[Any]) -> tuple[dict[str, Any], ...]:
    """Rows with values that JSON can hold: numbers and texts as they are, anything else as its text."""
    return tuple(
        {
            str(name): value if isinstance(value, (int, float, bool, str, type(None))) else str(value)
            for name, value in dict(row).items()
        }
        for row in rows
    )
