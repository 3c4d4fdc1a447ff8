"""Companies with troubled histories, landed in any order and built at any moments, and how two warehouses differ."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from dagster_project.contract.model import load_contract
from dagster_project.landing import land
from dagster_project.settings import Settings
from dagster_project.simulation import load_company, simulate
from dagster_project.transform import build_models, parse_project
from dagster_project.warehouse import prepare_raw

from .company import AS_OF, write_company
from .histories import Batch, History, Row, read_rows
from .landing_traps import TRAPS, trap

# What a company tells in full, by turns; a batch may hold any rows of all the others.
FULL = (
    ("deliveries", "commitment_changes", "order_lines", "exceptions", "invoice_lines", "supply_pegs"),
    ("order_schedule_lines", "shipment_lines", "receipts", "order_events", "return_lines", "payments", "carriers"),
)
# The fifth and the sixth are of one instant.
INSTANTS = ("04-01T12", "04-11T02", "05-01T12", "05-20T02", "06-01T12", "06-01T12", "06-11T02", "07-01T12")
# A batch with a master or a full extract has all orders of its company built anew: the others must do without.
LOUD = (0, 3, 5)
MASTERS = ("addresses", "sites", "customers", "products", "suppliers")
# The facts that grow, and what they are built from.
GROWING = ("--select", "+applied_batches")
Groups = list[list[Path]]


@dataclass
class Companies:
    """Folders of batches in the order of their extraction, and the pairs of batches of small companies."""

    batches: list[Path] = field(default_factory=list)
    pairs: list[tuple[Path, Path]] = field(default_factory=list)

    def usual(self) -> Groups:
        """All that was told, to be built at once."""
        return [[*self.batches, *(batch for pair in self.pairs for batch in pair)]]

    def shuffled(self, seed: int) -> Groups:
        """The batches in an order by chance, some twice, in groups to be built one after another.

        Little is in the last group, and of each pair one batch: what is built before must be taken up again.
        """
        chance = random.Random(seed)
        order = [*self.batches, *chance.sample(self.batches, 2)]
        chance.shuffle(order)
        cuts = sorted({*chance.sample(range(1, len(order)), chance.randint(0, 2)), len(order) - chance.randint(1, 3)})
        groups = [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]
        for position, pair in enumerate(self.pairs):
            early, late = pair if (seed + position) % 2 else pair[::-1]
            groups[0].append(early)
            groups[-1].append(late)
        return groups


def write_companies(folder: Path, seed: int) -> Companies:
    """Write what a simulated and a random company, and some small ones, told in batches."""
    chance = random.Random(seed)
    found = Companies()
    simulate(load_company(50, 4, seed), folder / "told", counterfactuals=False)
    natural = [read_rows(path) for path in sorted((folder / "told" / "batches").iterdir())]
    found.batches += _write(folder, "simulated", zip(natural, ([0], [2], [4], [7]), strict=True), chance, "2026-06-30")
    write_company(folder / "rows", seed)
    rows = read_rows(folder / "rows")
    rows["order_lines"] = [_moved(row, chance) for row in rows["order_lines"]]
    found.batches += _write(folder, "random", [(rows, range(len(INSTANTS)))], chance, AS_OF)
    for company in TRAPS:
        first, second = (batch.write(folder / company, company, AS_OF) for batch in trap(company))
        found.pairs.append((first, second))
    return found


def _moved(row: Row, chance: random.Random) -> Row:
    """Some lines go on with a line of an order before."""
    number = int(row["order_id"].removeprefix("O"))
    if not number or chance.random() > 0.25:
        return {**row, "continues_order_id": "", "continues_line_no": ""}
    line = chance.choice(["", "1", "1"])
    return {**row, "continues_order_id": f"O{max(0, number - chance.randint(1, 3))}", "continues_line_no": line}


def _write(
    folder: Path,
    company: str,
    told: Iterable[tuple[dict[str, list[Row]], Sequence[int]]],
    chance: random.Random,
    as_of: str,
) -> list[Path]:
    full = dict(zip(LOUD[1:], FULL, strict=True))
    batches = [Batch(f"B{number}", f"2026-{at}:00:00Z", full.get(number, ())) for number, at in enumerate(INSTANTS)]
    history = History(batches, chance)
    for rows, positions in told:
        history.tell(rows, positions)
    _keep_quiet(batches)
    history.tell_in_full()
    return [batch.write(folder / company, company, as_of) for batch in batches]


def _keep_quiet(batches: Sequence[Batch]) -> None:
    """Masters are told with the next batch that may hold them."""
    for position, batch in enumerate(batches):
        for master in MASTERS if position not in LOUD else ():
            later = batches[min((loud for loud in LOUD if loud > position), default=0)]
            for row in batch.rows.pop(master, {}).values():
                later.tell(load_contract().entity(master), row)


def build(home: Path, groups: Groups, *last: str) -> Path:
    """Land group by group and build the facts that grow after each; after the last one with other options."""
    settings = Settings(home=home)
    manifest = parse_project(settings)
    for position, group in enumerate(groups, start=1):
        for batch in group:
            land(f"canonical:{batch}", home)
        prepare_raw(settings.warehouse, home, {})
        build_models(settings, manifest, *(last if position == len(groups) else GROWING))
    return settings.warehouse


def differences(one: Path, other: Path) -> dict[str, list[str]]:
    """Table -> up to three rows that only one of two warehouses holds, marked by which."""
    found = {}
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        for table in _tables(connection):
            names = [f"{name}.{table}" for name in ("one", "other")]
            asked = (f"select count(*), sum(hash(rows)) from {name} as rows" for name in names)
            if len({connection.execute(query).fetchone() for query in asked}) > 1:
                found[table] = [
                    f"{mark} {row}"
                    for mark, mine, other_one in (("-", *names), ("+", *names[::-1]))
                    for row in connection.execute(f"from {mine} except all from {other_one} limit 3").fetchall()
                ]
    return found


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Tables of the star and what is published of it."""
    rows = connection.execute(
        """select table_schema || '."' || table_name || '"' from information_schema.tables
        where table_catalog = 'one' and table_schema in ('marts', 'published') order by all"""
    ).fetchall()
    return [str(row[0]) for row in rows]
