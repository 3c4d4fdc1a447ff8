"""What a company tells in several batches: late, repeated, corrected, told of another order, and no more at all."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.contract.model import Entity, load_contract

Row = dict[str, str]
LATE, REPEATED, CORRECTED, TOLD_BEFORE, GONE = 0.12, 0.06, 0.14, 0.04, 0.08


@dataclass
class Batch:
    """Rows by entity and key, which entities are told in full, and what the company says of itself."""

    batch_id: str
    extracted_at: str
    full: tuple[str, ...] = ()
    rows: dict[str, dict[tuple[str, ...], Row]] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)

    def tell(self, entity: Entity, row: Row) -> None:
        """A row of an entity; a second one of its key takes its place."""
        self.rows.setdefault(entity.name, {})[key(entity, row)] = row

    def write(self, parent: Path, source_system: str, as_of: str) -> Path:
        """The batch as a canonical folder of its name."""
        folder = parent / self.batch_id
        folder.mkdir(parents=True)
        for entity, found in self.rows.items():
            columns = list(dict.fromkeys(column for row in found.values() for column in row))
            with (folder / f"{entity}.csv").open("w", encoding="utf-8", newline="") as handle:
                writer = csv.DictWriter(handle, columns, lineterminator="\n")
                writer.writeheader()
                writer.writerows(found.values())
        told: dict[str, object] = {
            "source_system": source_system,
            "batch_id": self.batch_id,
            "extracted_at": self.extracted_at,
        }
        told |= {"as_of": as_of, "full": list(self.full), "about": self.about}
        (folder / "_batch.json").write_text(json.dumps(told), encoding="utf-8")
        return folder


def told(batch_id: str, extracted_at: str, parts: Iterable[dict[str, list[Row]]]) -> Batch:
    """A batch that holds the rows of all parts."""
    batch = Batch(batch_id, extracted_at)
    for part in parts:
        for name, rows in part.items():
            for row in rows:
                batch.tell(load_contract().entity(name), row)
    return batch


def key(entity: Entity, row: Row) -> tuple[str, ...]:
    """What tells a row from others of its entity."""
    return tuple(row.get(name) or "|".join(row.get(part, "") for part in instead(entity, name)) for name in entity.key)


def instead(entity: Entity, name: str) -> tuple[str, ...]:
    return entity.key_without.get(name, ())


def read_rows(folder: Path) -> dict[str, list[Row]]:
    """The rows of each entity of a canonical folder."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            found[path.stem] = list(csv.DictReader(lines))
    return found


class History:
    """Tells rows in batches of rising instants, by chance also later, twice, otherwise, and in an earlier batch."""

    def __init__(self, batches: Sequence[Batch], chance: random.Random) -> None:
        self.batches = batches
        self.chance = chance

    def tell(self, rows: dict[str, list[Row]], positions: Sequence[int]) -> None:
        """Rows of each entity, each in a batch of one of the positions, and what becomes of it later."""
        for name, found in rows.items():
            entity = load_contract().entities.get(name)
            for row in found if entity else ():
                self._tell(entity, row, found, self.chance.choice(positions))

    def _tell(self, entity: Entity, row: Row, others: list[Row], first: int) -> None:
        at = self._later(first) if self._is_so(LATE) else first
        self.batches[at].tell(entity, row)
        if self._is_so(REPEATED):
            self.batches[self._later(at)].tell(entity, row)
        if self._is_so(CORRECTED):
            self.batches[self._later(at)].tell(entity, self._corrected(entity, row, others))
        if at and self._is_so(TOLD_BEFORE):
            self.batches[self.chance.randrange(at)].tell(entity, self._corrected(entity, row, others))

    def tell_in_full(self) -> None:
        """Fill full extracts with what was told until then, but for some rows that are gone."""
        for batch in self.batches:
            held = {name: dict(self._standing(batch, name)) for name in batch.full}
            batch.rows |= {name: rows for name, rows in held.items() if rows}

    def _standing(self, batch: Batch, name: str) -> Iterator[tuple[tuple[str, ...], Row]]:
        known: dict[tuple[str, ...], Row] = {}
        for earlier in self.batches:
            if earlier.extracted_at <= batch.extracted_at:
                known |= earlier.rows.get(name, {})
        for row_key, row in known.items():
            if not self._is_so(GONE):
                yield row_key, row

    def _corrected(self, entity: Entity, row: Row, others: list[Row]) -> Row:
        """The row with some columns, or all but its key, as another row has them."""
        other = self.chance.choice(others)
        columns = [column for column in row if column not in entity.key]
        chosen = columns if self._is_so(0.3) else self.chance.sample(columns, min(2, len(columns)))
        return row | {column: other[column] for column in chosen}

    def _later(self, position: int) -> int:
        return min(position + self.chance.randint(1, 3), len(self.batches) - 1)

    def _is_so(self, share: float) -> bool:
        return self.chance.random() < share
