"""What a run has to tell: its progress while it goes on, and what each stage found."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from dagster_project.landing import LandingResult
from expectations.outcome import GateOutcome


def _silent(stage: str, done: int, total: int) -> None:
    return None


@dataclass
class RunReport:
    """Filled by the stages of a run, read by whoever started it. `progress(stage, done, total)`; total 0 is unknown.

    `serves_already`: the build that keeps serving, where nothing has changed and none was made.
    """

    progress: Callable[[str, int, int], None] = _silent
    landings: list[LandingResult] = field(default_factory=list)
    errors: dict[Callable[..., Any], Exception] = field(default_factory=dict)
    published: Any = None
    serves_already: str | None = None
    gates: dict[str, GateOutcome] = field(default_factory=dict)

    @property
    def error(self) -> Exception | None:
        """The first error that a stage ended with, as it was raised; none of a stage that did it when tried again."""
        return next(iter(self.errors.values()), None)

    def keeps_errors(self, stage: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a stage so that the error it raises is kept as it was; Dagster hands on only its text."""
        if inspect.isgeneratorfunction(stage):

            @functools.wraps(stage)
            def generating(*args: Any, **kwargs: Any) -> Iterator[Any]:
                with self._keeping(stage):
                    yield from stage(*args, **kwargs)

            return generating

        @functools.wraps(stage)
        def returning(*args: Any, **kwargs: Any) -> Any:
            with self._keeping(stage):
                return stage(*args, **kwargs)

        return returning

    @contextlib.contextmanager
    def _keeping(self, stage: Callable[..., Any]) -> Iterator[None]:
        self.errors.pop(stage, None)
        try:
            yield
        except Exception as error:
            self.errors[stage] = error
            raise

    @property
    def refused(self) -> list[str]:
        """One sentence per refused file."""
        return refusals(self.landings)


def refusals(landings: Sequence[LandingResult]) -> list[str]:
    """One sentence per refused file."""
    return [
        f"{landing.source_system}: {item.file} was refused: {item.message}. {item.remedy}"
        for landing in landings
        for item in landing.refused
    ]
