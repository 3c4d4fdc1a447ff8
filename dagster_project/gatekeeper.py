"""Who asks the gates of a run: each once, and again by every stage that must not begin where one holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from dagster_project.publishing.builds import build_path, current
from dagster_project.report import RunReport
from dagster_project.settings import Settings
from dagster_project.warehouse import prepare_raw
from expectations.gates import pass_gate
from expectations.outcome import GateFailed, GateOutcome
from expectations.suite import LANDING


@dataclass
class Gatekeeper:
    """Asks the gates of a home; `as_of` overrides what sources declare (source -> date or instant)."""

    settings: Settings
    as_of: dict[str, str]
    report: RunReport = field(default_factory=RunReport)
    _relied_on: set[str] = field(default_factory=set)

    @property
    def serving(self) -> str | None:
        """The build that serves and keeps serving where a gate holds."""
        return current(self.settings.serving_home)

    def ask(self, gate: str) -> GateOutcome:
        """What a gate finds now; the raw views are made before the landing gate looks at them."""
        self.report.progress(f"Asking the {gate} gate", 0, 0)
        if gate == LANDING:
            prepare_raw(self.settings.warehouse, self.settings.home, self.as_of)
        # What was known earlier is no change of what is known now.
        before = self.serving if self.settings.known_at is None else None
        build = build_path(self.settings.home, before) if before else None
        self.report.gates[gate] = pass_gate(
            gate, self.settings.home, self.settings.warehouse, serving=build if build and build.is_file() else None
        )
        self._relied_on.discard(gate)
        return self.report.gates[gate]

    def require(self, gate: str) -> None:
        """GateFailed (1) where a gate holds: a stage run by itself is not a way around it.

        Relies on what the gate's own step has just found, once; a later run of the same process asks anew.
        """
        is_asked = gate in self.report.gates and gate not in self._relied_on
        outcome = self.report.gates[gate] if is_asked else self.ask(gate)
        self._relied_on.add(gate)
        if outcome.blocking:
            raise GateFailed(outcome, self.serving)
