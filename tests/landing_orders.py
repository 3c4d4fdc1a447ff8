"""Companies with troubled histories, landed in any order and built at any moments, and how two warehouses differ."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from dagster_project.contract.model import load_contract
from dagster_project.landing import land
from dagster_project.settings import Settings
from dagster_project.simulation import load_company, simulate
from dagster_project.transform import parse_project, build_models
from dagster_project.warehouse import prepare_raw

from .company import AS_OF, write_company
from .histories import Batch, History, Row, read_rows

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
COMPANIES = ("simulated", "random")


def write_companies(folder: Path, seed: int) -> list[Path]:
    """Write what two companies told in batches; the folders of all batches in the order of their extraction."""
    chance = random.Random(seed)
    simulate(load_company(50, 4, seed), folder / "told", counterfactuals=False)
    natural = [read_rows(path) for path in sorted((folder / "told" / "batches").iterdir())]
    _write(folder, "simulated", zip(natural, ([0], [2], [4], [7]), strict=True), chance, "2026-06-30")
    write_company(folder / "rows", seed)
    rows = read_rows(folder / "rows")
    rows["order_lines"] = [_moved(row, chance) for row in rows["order_lines"]]
    rows["carriers"] = [{"carrier_id": "DHL", "name": name} for name in ("DHL", "DHL Freight")]
    _write(folder, "random", [(rows, range(len(INSTANTS)))], chance, AS_OF)
    return [folder / company / f"B{number}" for number in range(len(INSTANTS)) for company in COMPANIES]


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
) -> None:
    full = dict(zip(LOUD[1:], FULL, strict=True))
    batches = [Batch(f"B{n}", f"2026-{at}:00:00Z", full.get(n, ())) for n, at in enumerate(INSTANTS)]
    history = History(batches, chance)
    for rows, positions in told:
        history.tell(rows, positions)
    for position, batch in enumerate(batches):
        for master in MASTERS if position not in LOUD else ():
            later = batches[min((loud for loud in LOUD if loud > position), default=0)]
            for row in batch.rows.pop(master, {}).values():
                later.tell(load_contract().entity(master), row)
    history.tell_in_full()
    for batch in batches:
        batch.write(folder / company / batch.batch_id, company, as_of)


def shuffled(batches: Sequence[Path], seed: int) -> list[list[Path]]:
    """The batches in an order by chance, some twice, in two to five groups that are built one after another."""
    chance = random.Random(seed)
    order = [*batches, *chance.sample(list(batches), 2)]
    chance.shuffle(order)
    cuts = sorted({*chance.sample(range(1, len(order)), chance.randint(1, 3)), len(order) - chance.randint(1, 3)})
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]


def build(home: Path, groups: Sequence[Sequence[Path]], *, full_refresh: bool = False) -> Path:
    """Land group by group; build the facts that grow after each, and all models after the last. The warehouse."""
    settings = Settings(home=home)
    manifest = parse_project(settings)
    for position, group in enumerate(groups, start=1):
        for batch in group:
            land(f"canonical:{batch}", home)
        prepare_raw(settings.warehouse, home, {})
        wanted = () if position == len(groups) else ("--select", "+applied_batches")
        build_models(settings, manifest, *wanted, *(["--full-refresh"] if full_refresh else []))
    return settings.warehouse


def differences(one: Path, other: Path) -> dict[str, list[str]]:
    """Table -> up to three rows that only one of two warehouses holds, marked by its number."""
    found = {}
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        for schema, table in _tables(connection):
            names = [f'{warehouse}.{schema}."{table}"' for warehouse in ("one", "other")]
            if len({connection.execute(f"select count(*), sum(hash(t)) from {name} as t").fetchone() for name in names}) > 1:
                found[f"{schema}.{table}"] = [
                    f"{mark} {row}"
                    for mark, (mine, theirs) in (("-", names), ("+", names[::-1]))
                    for row in connection.execute(f"from {mine} except all from {theirs} limit 3").fetchall()
                ]
    return found


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute(
        """select table_schema, table_name from information_schema.tables
        where table_catalog = 'one' and table_schema in ('marts', 'published') order by all"""
    ).fetchall()
