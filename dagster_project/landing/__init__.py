"""Landing: a source's files become a batch of accepted and quarantined rows, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import polars.selectors as cs

from dagster_project.contract.model import Entity, load_contract

from .conform import Conformed, conform, hold_back
from .contents import Content, batch_identity, ledger_name, read_content
from .ledger import batch_path, utc_text
from .readers import LINE, BrokenRecord, TextTable, UnreadableFile
from .readers.files import read_table
from .replacing import require_one_company
from .sources import AbsentFile, SourceBatch, SourceFile
from .sources.registry import source_batches
from .store import keep_refused, store_batch

UNDATED = datetime(1970, 1, 1)
# Sources write 9999-12-31 for "never ends"; it is no day on which anything was known.
_OPEN_END_YEAR = 9000


@dataclass(frozen=True)
class RefusedFile:
    """A file that was refused whole, why, and what to do."""

    file: str
    message: str
    remedy: str


@dataclass(frozen=True)
class BatchResult:
    """What became of a batch; a batch that had landed before lands 0 rows."""

    source_system: str
    batch_id: str
    already_landed: bool
    landed: int = 0
    accepted: int = 0
    quarantined: int = 0
    unknown_columns: tuple[str, ...] = ()


@dataclass
class LandingResult:
    """What became of a source: its batches, refused files, and files that are no entity.

    `replaced`: batches of a simulated company whose place this one has taken.
    """

    source_system: str
    batches: list[BatchResult] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    replaced: int = 0


@dataclass
class _Read:
    """What was read of a batch: text records and broken records by entity, and the files' own counts."""

    records: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    broken: dict[str, list[tuple[str, BrokenRecord]]] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)


def land(source_spec: str, home: Path, progress: Callable[[int, int], None] | None = None) -> LandingResult:
    """Land every batch of a source into the home folder; UsageError where the source cannot be found.

    Landing the same content again writes nothing. A refused file is kept, the other files of its batch land.
    `progress(done, total)` is told of each batch.
    """
    batches = source_batches(source_spec)
    result = LandingResult(batches[0].source_system)
    for source_system, origin in {(batch.source_system, batch.origin) for batch in batches}:
        require_one_company(source_system, origin, home)
    for done, batch in enumerate(batches):
        if progress:
            progress(done, len(batches))
        result.ignored.extend(batch.ignored)
        _land_batch(batch, home, result)
    return result


def landed_before(source_spec: str, home: Path) -> LandingResult | None:
    """The result of landing a source whose every batch has landed, whole; None where something is left to land."""
    batches = source_batches(source_spec)
    result = LandingResult(batches[0].source_system)
    for batch in batches:
        identity = batch_identity(batch, [read_content(item) for item in batch.files])
        if batch.absent or not batch_path(home, batch.source_system, ledger_name(identity)).exists():
            return None
        result.ignored.extend(batch.ignored)
        result.batches.append(BatchResult(batch.source_system, batch.batch_id or identity[:12], already_landed=True))
    return result


def _land_batch(batch: SourceBatch, home: Path, result: LandingResult) -> None:
    contents = [read_content(item) for item in batch.files]
    identity = batch_identity(batch, contents)
    batch_id = batch.batch_id or identity[:12]
    if batch_path(home, batch.source_system, ledger_name(identity)).exists():
        result.batches.append(BatchResult(batch.source_system, batch_id, already_landed=True))
        return
    read = _read(batch, batch_id, contents, home)
    result.refused.extend(read.refused)
    batch_file_id = _partial(identity, read) if read.refused else ledger_name(identity)
    if batch_path(home, batch.source_system, batch_file_id).exists():
        result.batches.append(BatchResult(batch.source_system, batch_id, already_landed=True))
        return
    entities = _conform(batch, read)
    if not entities:
        return
    latest = None if batch.extracted_at and batch.as_of else _latest(entities)
    extracted_at = batch.extracted_at or (latest[0] if latest else UNDATED)
    record = {
        "source_system": batch.source_system,
        "batch_id": batch_id,
        "batch_file_id": batch_file_id,
        "content_hash": identity,
        "extracted_at": utc_text(extracted_at),
        "full": list(batch.full),
        "as_of": batch.as_of or (latest[1] if latest else None),
        "origin": batch.origin,
        "files": _counted(batch, read, entities),
        "ignored_files": list(batch.ignored),
        "about": dict(batch.about),
    }
    store_batch(home, record, entities, extracted_at)
    result.batches.append(_summary(batch.source_system, batch_id, record))


def _partial(identity: str, read: _Read) -> str:
    """A batch with refused files has an identity of its own, so that the whole batch can land after the repair."""
    return sha256(f"{identity} without {sorted(item.file for item in read.refused)}".encode()).hexdigest()[:16]


def _read(batch: SourceBatch, batch_id: str, contents: list[Content], home: Path) -> _Read:
    read = _Read(refused=[_absent(item) for item in batch.absent])
    tables: dict[int, TextTable] = {}
    for position, (item, data, digest) in enumerate(contents):
        try:
            tables[position] = _table(item, data, batch)
        except UnreadableFile as error:
            told = (error.message, error.remedy)
            keep_refused(home, batch.source_system, batch_id, item.path, item.name, digest, *told)
            read.refused.append(RefusedFile(item.name, error.message, error.remedy))
    roles = {item.role: tables[position] for position, (item, *_) in enumerate(contents) if position in tables}
    broken = broken_entities(batch, [item for position, (item, *_) in enumerate(contents) if position not in tables])
    for position, table in tables.items():
        _take(read, contents[position], table, roles, broken)
    return read


def _table(item: SourceFile, data: bytes, batch: SourceBatch) -> TextTable:
    if not data and batch.whole_entities:
        raise UnreadableFile("it is empty", "Copy it again.")
    if not data:
        return TextTable(pl.DataFrame(schema={LINE: pl.Int64}))
    has_zone = batch.reading.zone is not None
    table = read_table(
        item.path, data, separator=item.separator, encoding=item.encoding, header=item.header, has_zone=has_zone
    )
    _require_columns(item, table.columns)
    _refuse_twins(table.columns)
    return table


def _absent(item: AbsentFile) -> RefusedFile:
    needs = f"; {', '.join(sorted(item.entities))} wait for it" if item.entities else ""
    return RefusedFile(item.name, f"it is not in {item.folder}{needs}", "Put the file there.")


def broken_entities(batch: SourceBatch, unreadable: Sequence[SourceFile]) -> frozenset[str]:
    """Entities that cannot land whole: a file they are made of, or look up, is absent or could not be read."""
    if not batch.whole_entities:
        return frozenset()
    fed = {name for item in unreadable for name in item.entities}
    fed.update(name for gone in batch.absent for name in gone.entities)
    roles = ({item.role for item in unreadable} | {gone.role for gone in batch.absent}) - {""}
    looking = {name for item in batch.files for name, asked in item.lookups.items() if asked & roles}
    return frozenset(fed | looking)


def _take(read: _Read, content: Content, table: TextTable, roles: dict[str, TextTable], broken: frozenset[str]) -> None:
    """Add the records of a file's entities, and its counts."""
    item = content.item
    unknown = [name for name in table.columns if name not in item.known_columns]
    made = {name: make(table, roles) for name, make in item.entities.items() if name not in broken and table.columns}
    for entity, frame in made.items():
        read.records.setdefault(entity, []).append(frame)
    counted = [name for name in item.counted_as if name not in broken]
    strays = [*table.broken, *_unmapped(table, [made[name] for name in counted if name in made])] if counted else []
    for position, name in enumerate(counted):
        lost = strays if position == 0 else []
        read.broken.setdefault(name, []).extend((item.name, record) for record in lost)
        height = made[name].height if name in made else 0
        read.files.append(_described(content, name, height + len(lost), unknown if position == 0 else []))


def _unmapped(table: TextTable, taken: Sequence[pl.DataFrame]) -> list[BrokenRecord]:
    """Records that none of the entities a file is counted as has taken."""
    lines = pl.concat([frame[LINE] for frame in taken]) if taken else pl.Series(dtype=pl.Int64)
    if table.frame.height == lines.len():
        return []
    rest = table.frame.filter(~pl.col(LINE).is_in(lines.implode()))
    message = "the source's mapping gives this row to no entity"
    texts = rest.select(pl.struct(pl.exclude(LINE)).struct.json_encode()).to_series()
    return [BrokenRecord(line, text, message, "not_mapped") for line, text in zip(rest[LINE], texts, strict=True)]


def _described(content: Content, entity: str, landed: int, unknown: list[str]) -> dict[str, Any]:
    return {
        "file": content.item.name,
        "entity": entity,
        "sha256": content.digest,
        "landed": landed,
        "unknown_columns": unknown,
    }


def _require_columns(item: SourceFile, columns: list[str]) -> None:
    for purpose, required in item.required.items():
        lacking = [name for name in required if name not in columns]
        if lacking:
            raise UnreadableFile(
                f"it lacks the required column {', '.join(lacking)} of {purpose}",
                f"Add the column; the file has {', '.join(columns)}.",
            )


def _refuse_twins(columns: list[str]) -> None:
    twins = sorted(name for name in columns if f"x_{name}" in columns)
    if twins:
        raise UnreadableFile(f"it has both {twins[0]} and x_{twins[0]}, which would land under one name", "Rename one.")


def _conform(batch: SourceBatch, read: _Read) -> dict[str, Conformed]:
    contract = load_contract()
    done: dict[str, Conformed] = {}
    returns: frozenset[str] = frozenset()
    for name in sorted(read.records, key=lambda item: (contract.entity(item).waits_for is not None, item)):
        frames = pl.concat(read.records.pop(name), how="diagonal")
        entity = contract.entity(name)
        conformed = conform(entity, frames, batch.reading, read.broken.get(name, []), returns)
        if name == "orders":
            returned = conformed.accepted.filter(pl.col("order_type") == "return")
            returns = frozenset(returned["order_id"])
        done[name] = _wait(entity, conformed, done)
    return done


def _wait(entity: Entity, conformed: Conformed, done: dict[str, Conformed]) -> Conformed:
    parent = done.get(entity.waits_for or "")
    if parent is None:
        return conformed
    held = set(parent.quarantined.filter(pl.col("rule") != "repeat")["row_key"]) - {""}
    return hold_back(conformed, held, load_contract().entity(entity.waits_for or "")) if held else conformed


def _latest(entities: dict[str, Conformed]) -> tuple[datetime, str] | None:
    """The latest instant or day in the accepted data: as an instant (a day's end), and as the as-of it declares."""
    instants: list[datetime] = []
    days: list[date] = []
    for name, conformed in entities.items():
        ahead = [item.name for item in load_contract().entity(name).fields if item.is_ahead]
        for column in conformed.accepted.select(cs.by_dtype(pl.Date, pl.Datetime("us")) - cs.by_name(ahead)):
            latest = column.max()
            if isinstance(latest, date) and latest.year >= _OPEN_END_YEAR:
                latest = column.filter(column.dt.year() < _OPEN_END_YEAR).max()
            if isinstance(latest, datetime):
                instants.append(latest)
            elif isinstance(latest, date):
                days.append(latest)
    day_end = datetime.combine(max(days), time.max) if days else None
    instant = max(instants, default=None)
    if day_end is not None and (instant is None or day_end >= instant):
        return day_end, day_end.date().isoformat()
    return (instant, utc_text(instant)) if instant is not None else None


def _counted(batch: SourceBatch, read: _Read, entities: dict[str, Conformed]) -> list[dict[str, Any]]:
    counted = []
    feeding = Counter(name for item in batch.files for name in {*item.entities, *item.counted_as})
    for item in read.files:
        conformed = entities.get(item["entity"])
        if conformed is None:
            counted.append({**item, "accepted": 0, "quarantined": 0})
            continue
        is_alone = feeding[item["entity"]] == 1
        found = {"accepted": conformed.accepted, "quarantined": conformed.quarantined}
        counts = {kind: frame.height if is_alone else _rows_of(frame, item["file"]) for kind, frame in found.items()}
        counted.append({**item, **counts})
    return counted


def _rows_of(frame: pl.DataFrame, file: str) -> int:
    return frame.filter(pl.col("source_file") == file).height


def _summary(source: str, batch_id: str, record: dict[str, Any]) -> BatchResult:
    landed, accepted, quarantined = (
        sum(file[count] for file in record["files"]) for count in ("landed", "accepted", "quarantined")
    )
    unknown = tuple(
        dict.fromkeys(f"{item['file']}: {name}" for item in record["files"] for name in item["unknown_columns"])
    )
    return BatchResult(source, batch_id, False, landed, accepted, quarantined, unknown)


__all__ = ["BatchResult", "LandingResult", "RefusedFile", "land", "landed_before"]
