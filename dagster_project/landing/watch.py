"""What the evaluations of a drop folder remember, so that a batch is taken once, and only when it has come to rest."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from dagster_project.errors import UsageError

from .drop import DroppedBatch, Survey, dropped_batch


@dataclass(frozen=True)
class Taken:
    """A batch that has come to rest with content that was not taken before, and the hash of it."""

    batch: DroppedBatch
    content: str


@dataclass
class Watch:
    """Folder -> the state it was last seen in, and -> (state, content) it was last taken or recognised in."""

    seen: dict[str, str] = field(default_factory=dict)
    taken: dict[str, list[str]] = field(default_factory=dict)
    repeats: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def of(text: str | None) -> Watch:
        """From the text that `text()` gave; a fresh one where there is none, or it cannot be read."""
        try:
            told: dict[str, Any] = json.loads(text or "{}")
            return Watch(dict(told.get("seen", {})), dict(told.get("taken", {})), dict(told.get("repeats", {})))
        except (ValueError, AttributeError, TypeError):
            return Watch()

    def text(self, found: Survey) -> str:
        """What to remember, with what was waiting and foreign at this evaluation, as JSON."""
        told = {**asdict(self), "waiting": found.waiting, "foreign": list(found.all_foreign)}
        return json.dumps(told, ensure_ascii=False, sort_keys=True)

    def take(self, found: Survey) -> list[Taken]:
        """Batches to land now: unchanged since the evaluation before, and of content that no folder had before."""
        present = {batch.name for batch in found.batches}
        before = self.seen
        self.seen = {batch.name: batch.state for batch in found.batches}
        self.repeats = {name: other for name, other in self.repeats.items() if name in present}
        at_rest = [batch for batch in found.batches if before.get(batch.name) == batch.state]
        return [item for batch in at_rest if (item := self._try(batch, found.waiting)) is not None]

    def _try(self, batch: DroppedBatch, waiting: dict[str, str]) -> Taken | None:
        try:
            return self._look(batch)
        except (OSError, UsageError) as error:
            waiting[batch.name] = f"It cannot be read: {error}."
            return None

    def _look(self, batch: DroppedBatch) -> Taken | None:
        state, content = self.taken.get(batch.name, ["", ""])
        if state == batch.state:
            return None
        found = batch.content()
        if dropped_batch(batch.folder.parent, batch.name).state != batch.state:
            return None
        owner = next((name for name, (_, held) in self.taken.items() if held == found), None)
        self.taken[batch.name] = [batch.state, found]
        self.repeats.pop(batch.name, None)
        if owner is not None and owner != batch.name:
            self.repeats[batch.name] = owner
        return Taken(batch, found) if owner is None and content != found else None
