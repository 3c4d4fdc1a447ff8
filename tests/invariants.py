"""What must hold of a home whatever its data: states add up, and totals are those of what landed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from dagster_project.landing.ledger import accepted_files, read_batches
from dagster_project.settings import Settings
from dashboards.queries.build import open_build
from dashboards.queries.catalogue import QUANTITY_LEVELS, Kpi, catalogue
from dashboards.queries.dimensions import is_constant
from dashboards.queries.kpi import KpiRequest, answer
from dashboards.queries.sources import Source, sources

Totals = dict[str, dict[str, Decimal]]
NET_VALUE, ROUNDED = "net value", Decimal("0.0000005")
# A table of the star -> the entity it is made of, and its columns of quantities and money by the raw ones.
SUMMED = {
    # Booked is what customers ordered; lines of return orders are not.
    "fct_order_lines": ("order_lines", {"quantity": "quantity", "net_amount": NET_VALUE}),
    "fct_shipment_lines": ("shipment_lines", {"shipped_quantity": "quantity"}),
    "fct_deliveries": ("deliveries", {"accepted_quantity": "accepted", "rejected_quantity": "rejected"}),
    "fct_receipts": ("receipts", {"received_quantity": "quantity"}),
    "fct_invoice_lines": ("invoice_lines", {"quantity": "quantity", "net_amount": "net_amount"}),
    "fct_payments": ("payments", {"amount": "amount"}),
    "fct_return_lines": ("return_lines", {"quantity": "quantity"}),
    "snap_inventory": ("inventory_snapshots", {"on_hand": "on_hand", "allocated": "allocated"}),
}
MILESTONES = ("began_at", "first_committed_at", "first_shipped_at", "first_arrived_at", "last_arrived_at")


def check_states(home: Path) -> int:
    """The five states add up to the obligations, lines or orders, at three as-of and by every roll-up."""
    looked_at = 0
    with open_build(home) as build:
        con = build.cursor()
        for source, kpi in _judged(con):
            levels = [level for level in kpi.levels if level not in QUANTITY_LEVELS]
            for number, level in enumerate(levels):
                dimensions = [name for name in kpi.dimensions if is_constant(name, level, kpi.side)]
                for turn, as_of in enumerate(_days(con, source.source_system, kpi.side)):
                    request = {"source": source.source_system, "level": level, "as_of": as_of.isoformat()}
                    whole = _states(answer(con, KpiRequest(kpi.kpi, **request)).rows)
                    counted = _counted(con, source.source_system, kpi, level, as_of)
                    assert sum(whole.values()) == counted, (source.source_system, kpi.kpi, level, as_of)
                    # Each roll-up at one as-of or another: all of them at each would take minutes.
                    for dimension in dimensions[(number + turn) % 3 :: 3]:
                        rows = answer(con, KpiRequest(kpi.kpi, by=(dimension,), **request)).rows
                        assert _states(rows) == whole, (source.source_system, kpi.kpi, level, as_of, dimension)
                        looked_at += 1
    return looked_at


def _judged(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[Source, Kpi]]:
    """Each company with the first promise figure of each side that it can tell."""
    for source in sources(con):
        for side in ("sales", "purchase"):
            for kpi in catalogue(con):
                if kpi.is_conformance and kpi.side == side and kpi.kpi.endswith(("otif", "on_time", "in_full")):
                    found = answer(con, KpiRequest(kpi.kpi, source=source.source_system))
                    if not found.missing and found.rows[0].get("states"):
                        yield source, kpi
                        break


def _counted(con: duckdb.DuckDBPyConnection, source: str, kpi: Kpi, level: str, as_of: date) -> int:
    """What exists at the end of a day at its place."""
    key = {"schedule_line": "obligation_key", "line": "line_key", "order": "order_key"}[level]
    asked = f"""
        select count(distinct {key}) from otif_conformance
        where source_system = ? and side = ? and definition_id = ? and known_to = timestamp '9999-12-31'
            and valid_from < timezone('UTC', timezone(place_zone, cast(cast(? as date) + 1 as timestamp)))
    """
    ((count,),) = con.execute(asked, [source, kpi.side, kpi.default_definition, as_of]).fetchall()
    return int(count)


def _days(con: duckdb.DuckDBPyConnection, source: str, side: str) -> list[date]:
    """The first day something was due, one in the middle, and one after all of them."""
    asked = """
        select min(due_date), quantile_disc(due_date, 0.5), max(due_date) from otif_conformance
        where source_system = ? and side = ? and due_date is not null
    """
    (row,) = con.execute(asked, [source, side]).fetchall()
    return [row[0], row[1], row[2] + timedelta(days=7)]


def _states(rows: list[dict[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        for state, count in row["states"].items():
            found[state] = found.get(state, 0) + count
    return {state: count for state, count in found.items() if count}


def check_totals(home: Path) -> int:
    """Quantities and money of every fact are those of the rows that were accepted, company by company."""
    looked_at = 0
    with duckdb.connect(str(Settings(home=home).warehouse), read_only=True) as con:
        for table, (entity, columns) in SUMMED.items():
            landed = _landed_totals(home, entity, tuple(columns.values()))
            sums = ", ".join(f"coalesce(sum({column}), 0)" for column in columns)
            query = f"select source_system, count(*), {sums} from marts.{table} group by all"
            for source, lines, *found in con.execute(query).fetchall():
                for (column, raw), total in zip(columns.items(), found, strict=True):
                    wanted = landed[source][raw]
                    # A price divided by what it is for is rounded once, line by line.
                    allowed = ROUNDED * lines if raw == NET_VALUE else 0
                    assert abs(total - wanted) <= allowed, (source, table, column, total, wanted)
                    looked_at += 1
                landed.pop(source)
            assert not any(any(totals.values()) for totals in landed.values()), (table, landed)
    return looked_at


def _landed_totals(home: Path, entity: str, columns: tuple[str, ...]) -> Totals:
    """Source -> sums over the rows that stand."""
    rows = _standing(home, entity)
    if rows.height and entity == "order_lines":
        returns = _standing(home, "orders").filter(pl.col("order_type") == "return")
        rows = rows.join(returns, on=["source_system", "order_id"], how="anti")
    return {str(key[0]): {name: _sum(of, name) for name in columns} for key, of in rows.group_by("source_system")}


def _standing(home: Path, entity: str) -> pl.DataFrame:
    """The latest accepted row of each key, where the last full extract or a later batch still told it."""
    paths = accepted_files(home).get(entity, [])
    if not paths:
        return pl.DataFrame({"source_system": []}, schema={"source_system": pl.String})
    frame = pl.concat([pl.read_parquet(path) for path in paths], how="diagonal_relaxed")
    latest = frame.sort("extracted_at", "row_hash").unique(["source_system", "row_key"], keep="last")
    for source, last in _full_extracts(home, entity).items():
        gone = (pl.col("source_system") == source) & (pl.col("extracted_at") < last)
        latest = latest.filter(~gone)
    return latest


def _sum(rows: pl.DataFrame, name: str) -> Decimal:
    if name != NET_VALUE:
        return Decimal(rows[name].cast(pl.Decimal(38, 6)).sum())
    priced = rows.select("quantity", "unit_price", "discount", "per_quantity").iter_rows()
    return sum(
        (q * price * (1 - (off or 0)) / (per or 1) for q, price, off, per in priced if price is not None), Decimal(0)
    )


def _full_extracts(home: Path, entity: str) -> dict[str, datetime]:
    """Source -> the instant of its last full extract of an entity."""
    full = [one for one in read_batches(home) if entity in one["full"] and entity in one["entities"]]
    return {one["source_system"]: datetime.fromisoformat(one["extracted_at"].removesuffix("Z")) for one in full}


def check_landed(home: Path) -> int:
    """Batch by batch, what landed is what was accepted and what is in quarantine, row for row in the files."""
    looked_at = 0
    for batch in read_batches(home):
        for item in batch["entities"].values():
            kept = [_rows(home, item[path]) for path in ("accepted_path", "quarantine_path")]
            assert kept == [item["accepted"], item["quarantined"]]
            assert sum(kept) == item["landed"]
            looked_at += 1
        counted = sum(file["landed"] for file in batch["files"])
        assert counted == sum(file["accepted"] + file["quarantined"] for file in batch["files"])
    return looked_at


def _rows(home: Path, path: str | None) -> int:
    return int(pl.scan_parquet(home / path).select(pl.len()).collect().item()) if path else 0


def check_bridges(home: Path) -> int:
    """Milestones come in order or are flagged, pegs never exceed their line, weights of causes add up to one."""
    pairs = [(one, later) for at, later in enumerate(MILESTONES) for one in MILESTONES[:at]]
    broken = {
        "fct_obligation_milestones": f"""
            select count(*), count(*) filter (
                ({" or ".join(f"{later} < {one}" for one, later in pairs)}) and not is_out_of_order
            ) from marts.fct_obligation_milestones
        """,
        "bridge_supply_pegs": """
            select count(*), count(*) filter (pegged > quantity) from (
                select pegs.peg_key, lines.quantity, sum(beside.pegged_quantity) as pegged
                from marts.bridge_supply_pegs as pegs
                inner join marts.bridge_supply_pegs as beside
                    on pegs.line_key = beside.line_key and beside.holds_from <= pegs.holds_from
                    and beside.holds_to > pegs.holds_from
                inner join marts.fct_order_lines as lines on pegs.line_key = lines.line_key
                group by all
            )
        """,
        "bridge_exception_causes": """
            select count(*), count(*) filter (weight <> 1)
            from (select sum(weight) as weight from marts.bridge_exception_causes group by exception_key)
        """,
    }
    looked_at = 0
    with duckdb.connect(str(Settings(home=home).warehouse), read_only=True) as con:
        for table, query in broken.items():
            ((rows, wrong),) = con.execute(query).fetchall()
            assert wrong == 0, table
            looked_at += rows
    return looked_at
