"""The same job written by hand, as fast as it goes: the limit that OrderLens is measured against.

    python -m benchmarks.limit land|fact duckdb|polars DATA OUT

`land` turns the five CSV files into typed Parquet. `fact` judges every line against its last committed date as of the
end of 14 December 2025, writes the fact and three additive marts, and prints
`[met, failed, not yet due, cancelled, accepted units]`.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path

import click
import duckdb
import polars as pl

from benchmarks.generate import ENTITIES

AS_OF = date(2025, 12, 14)
_END = datetime(2025, 12, 15)
_INSTANTS = ("received_at", "entered_at", "cancelled_at", "shipped_at", "estimated_at", "delivered_at")
_DAYS = ("requested_date", "first_committed_date", "last_committed_date")
_TEXTS = ("channel", "order_type", "currency", "cancelled_by", "uom", "mode")
_DECIMALS = ("unit_price", "freight_cost")
_MARTS = {"by_month": [], "by_customer": ["customer_id"], "by_product": ["product_id"]}
_STATES = {"met": "due_met", "failed": "due_failed", "not_yet_due": "not_yet_due", "cancelled": "cancelled"}

_FACT = f"""
    with arrived as (
        select
            shipped.order_line_id,
            sum(delivered.accepted) as accepted,
            sum(delivered.accepted) filter (
                where delivered.delivered_at < lines.last_committed_date + interval 1 day
            ) as accepted_in_time,
            max(delivered.delivered_at) as last_delivered_at
        from deliveries as delivered
        inner join shipment_lines as shipped using (shipment_line_id)
        inner join order_lines as lines using (order_line_id)
        where delivered.delivered_at < timestamp '{_END}'
        group by shipped.order_line_id
    )
    select
        lines.order_line_id, lines.order_id, orders.customer_id, lines.product_id, lines.site_id,
        lines.last_committed_date as due_date, date_trunc('month', lines.last_committed_date) as due_month,
        lines.quantity, lines.quantity * lines.unit_price as amount,
        coalesce(arrived.accepted_in_time, 0) as accepted_in_time,
        least(coalesce(arrived.accepted, 0), lines.quantity) as accepted,
        arrived.last_delivered_at,
        case
            when orders.cancelled_by = 'customer'
                and orders.cancelled_at < lines.last_committed_date + interval 1 day then 'cancelled'
            when lines.last_committed_date > date '{AS_OF}' then 'not_yet_due'
            when coalesce(arrived.accepted_in_time, 0) >= lines.quantity then 'due_met'
            else 'due_failed'
        end as state
    from order_lines as lines
    inner join orders using (order_id)
    left join arrived using (order_line_id)
"""


def _type(name: str) -> str:
    kinds = ((_INSTANTS, "timestamp"), (_DAYS, "date"), (_TEXTS, "varchar"), (_DECIMALS, "double"))
    told = next((kind for names, kind in kinds if name in names), "bigint")
    return "boolean" if name == "documents_ok" else told


def _columns(file: Path) -> dict[str, str]:
    with file.open(encoding="utf-8") as handle:
        return {name: _type(name) for name in handle.readline().strip().split(",")}


def _connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = false")
    return connection


def land_duckdb(data: Path, out: Path) -> None:
    """CSV to typed Parquet in DuckDB."""
    connection = _connect()
    for name in ENTITIES:
        file = data / f"{name}.csv"
        read = f"read_csv('{file}', header = true, columns = {_columns(file)})"
        connection.execute(f"copy (select * from {read}) to '{out / name}.parquet' (compression zstd)")


def land_polars(data: Path, out: Path) -> None:
    """CSV to typed Parquet in polars."""
    kinds = {"bigint": pl.Int64, "double": pl.Float64, "boolean": pl.Boolean, "date": pl.Date}
    for name in ENTITIES:
        columns = _columns(data / f"{name}.csv")
        schema = {column: kinds.get(kind, pl.String) for column, kind in columns.items()}
        instants = [column for column, kind in columns.items() if kind == "timestamp"]
        frame = pl.scan_csv(data / f"{name}.csv", schema=schema)
        frame = frame.with_columns(pl.col(instants).str.to_datetime("%Y-%m-%d %H:%M:%S%.6f", time_unit="us"))
        frame.sink_parquet(out / f"{name}.parquet", compression="zstd")


def fact_duckdb(data: Path, out: Path) -> list[int]:
    """Fact and marts in DuckDB; the five totals."""
    connection = _connect()
    for name in ENTITIES:
        connection.execute(f"create view {name} as select * from read_parquet('{data / name}.parquet')")
    connection.execute(f"copy ({_FACT}) to '{out}/fact.parquet' (compression zstd)")
    counts = ", ".join(f"count(*) filter (where state = '{state}') as {name}" for name, state in _STATES.items())
    for mart, keys in _MARTS.items():
        grain = ", ".join(["due_month", *keys])
        connection.execute(
            f"copy (select {grain}, {counts}, sum(quantity) as ordered, sum(accepted) as accepted,"
            f" sum(amount) as amount from '{out}/fact.parquet' group by {grain}) to '{out / mart}.parquet'"
        )
    return _totals(out)


def fact_polars(data: Path, out: Path) -> list[int]:
    """Fact and marts in polars; the five totals."""
    files = {name: pl.scan_parquet(data / f"{name}.parquet") for name in ENTITIES}
    due_end = pl.col("last_committed_date").cast(pl.Datetime("us")) + pl.duration(days=1)
    accepted = pl.col("accepted")
    arrived = (
        files["deliveries"]
        .filter(pl.col("delivered_at") < _END)
        .select("shipment_line_id", "accepted", "delivered_at")
        .join(files["shipment_lines"].select("shipment_line_id", "order_line_id"), on="shipment_line_id")
        .join(files["order_lines"].select("order_line_id", "last_committed_date"), on="order_line_id")
        .group_by("order_line_id")
        .agg(
            accepted.sum(),
            accepted.filter(pl.col("delivered_at") < due_end).sum().alias("accepted_in_time"),
            pl.col("delivered_at").max().alias("last_delivered_at"),
        )
    )
    is_cancelled = (pl.col("cancelled_by") == "customer") & (pl.col("cancelled_at") < due_end)
    fact = (
        files["order_lines"]
        .join(files["orders"].select("order_id", "customer_id", "cancelled_at", "cancelled_by"), on="order_id")
        .join(arrived, on="order_line_id", how="left")
        .with_columns(
            pl.col("accepted_in_time").fill_null(0),
            pl.min_horizontal(accepted.fill_null(0), "quantity").alias("accepted"),
            due_month=pl.col("last_committed_date").dt.truncate("1mo"),
            amount=pl.col("quantity") * pl.col("unit_price"),
        )
        .with_columns(
            state=pl.when(is_cancelled)
            .then(pl.lit("cancelled"))
            .when(pl.col("last_committed_date") > AS_OF)
            .then(pl.lit("not_yet_due"))
            .when(pl.col("accepted_in_time") >= pl.col("quantity"))
            .then(pl.lit("due_met"))
            .otherwise(pl.lit("due_failed"))
        )
        .select(
            *("order_line_id", "order_id", "customer_id", "product_id", "site_id", "due_month", "quantity", "amount"),
            *("accepted_in_time", "accepted", "last_delivered_at", "state"),
            due_date="last_committed_date",
        )
    )
    fact.sink_parquet(out / "fact.parquet", compression="zstd")
    counts = [(pl.col("state") == state).sum().alias(name) for name, state in _STATES.items()]
    sums = [pl.col("quantity").sum().alias("ordered"), accepted.sum(), pl.col("amount").sum()]
    for mart, keys in _MARTS.items():
        grouped = pl.scan_parquet(out / "fact.parquet").group_by("due_month", *keys)
        grouped.agg(*counts, *sums).sink_parquet(out / f"{mart}.parquet")
    return _totals(out)


def _totals(out: Path) -> list[int]:
    months = pl.read_parquet(out / "by_month.parquet").select(*_STATES, "accepted").sum()
    return [int(value) for value in months.row(0)]


_JOBS = {
    ("land", "duckdb"): land_duckdb,
    ("land", "polars"): land_polars,
    ("fact", "duckdb"): fact_duckdb,
    ("fact", "polars"): fact_polars,
}


def main(part: str, library: str, data: str, out: str) -> None:
    """Do one part with one library; print the totals where the part has some."""
    Path(out).mkdir(parents=True, exist_ok=True)
    totals = _JOBS[part, library](Path(data), Path(out))
    if totals:
        click.echo(json.dumps(totals))


if __name__ == "__main__":
    main(*sys.argv[1:])
