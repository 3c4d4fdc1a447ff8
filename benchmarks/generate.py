"""Orders of two years with what became of them, in five files, the same for the same number of lines and seed.

Every third line ends an order. A line is promised 6 to 24 days after its order, three in seven are re-dated, one in
five ships in two parts, and shares of a few per cent are short, never shipped, never proven, rejected or cancelled.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

ENTITIES = ("orders", "order_lines", "shipments", "shipment_lines", "deliveries")
LINES_PER_ORDER = 3
FIRST_DAY = datetime(2024, 1, 1)
DAYS = 730
_DAY = 86_400_000_000
_INSTANT = "%Y-%m-%d %H:%M:%S%.6f"

Numbers = npt.NDArray[np.int64]


def generate(lines: int, folder: Path, seed: int = 1) -> None:
    """Write the five files as CSV and Parquet; instants are UTC without a zone. `lines` is rounded down to orders."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables(lines, seed).items():
        frame.write_csv(folder / f"{name}.csv", datetime_format=_INSTANT)
        frame.write_parquet(folder / f"{name}.parquet")


def tables(lines: int, seed: int = 1) -> dict[str, pl.DataFrame]:
    """The five tables by name."""
    chance = np.random.default_rng(seed)
    orders = _orders(lines // LINES_PER_ORDER, chance)
    order_lines = _order_lines(orders, chance)
    parts = _parts(order_lines, chance)
    return {
        "orders": orders.drop("received_us"),
        "order_lines": order_lines.drop("committed_day"),
        "shipments": _shipments(parts, chance),
        "shipment_lines": parts.filter("is_shipped").select(
            "shipment_line_id", "shipment_id", "order_line_id", quantity="shipped"
        ),
        "deliveries": _deliveries(parts, chance),
    }


def _instants(microseconds: Numbers) -> pl.Series:
    return pl.Series(microseconds).cast(pl.Datetime("us"))


def _days(days: Numbers) -> pl.Series:
    return pl.Series(days.astype(np.int32)).cast(pl.Date)


def _orders(count: int, chance: np.random.Generator) -> pl.DataFrame:
    start = int((FIRST_DAY - datetime(1970, 1, 1)).total_seconds()) * 1_000_000
    ids = np.arange(count)
    received = start + ids * DAYS // max(count, 1) * _DAY + chance.integers(0, _DAY, count)
    customer = np.minimum(chance.geometric(1 / 400, count), 5_000)
    cancelled = received + chance.integers(_DAY // 24, 6 * _DAY, count)
    frame = pl.DataFrame(
        {
            "order_id": ids,
            "customer_id": customer,
            "ship_to_address_id": customer * 3 + chance.integers(0, 3, count),
            "channel": _one_of(["edi", "email", "portal", "phone", "api"], count, chance),
            "order_type": _one_of(["standard"] * 18 + ["blanket", "drop-ship"], count, chance),
            "currency": _one_of(["EUR", "USD", "GBP"], count, chance),
            "received_at": _instants(received),
            "entered_at": _instants(received + chance.integers(0, _DAY // 4, count)),
            "cancelled_at": _instants(cancelled),
            "cancelled_by": _one_of(["customer"] * 4 + ["us"], count, chance),
            "received_us": received,
            "is_cancelled": chance.random(count) < 0.02,
        }
    )
    given = [pl.when("is_cancelled").then(pl.col(name)).alias(name) for name in ("cancelled_at", "cancelled_by")]
    return frame.with_columns(given).drop("is_cancelled")


def _one_of(values: list[str], count: int, chance: np.random.Generator) -> pl.Series:
    return pl.Series(values).gather(chance.integers(0, len(values), count))


def _order_lines(orders: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    count = orders.height * LINES_PER_ORDER
    order = np.repeat(orders["order_id"].to_numpy(), LINES_PER_ORDER)
    received_day = np.repeat(orders["received_us"].to_numpy() // _DAY, LINES_PER_ORDER)
    requested = received_day + chance.integers(6, 25, count)
    delay = np.array([0, 0, 0, 0, 1, 3, 7])[chance.integers(0, 7, count)]
    return pl.DataFrame(
        {
            "order_line_id": np.arange(count),
            "order_id": order,
            "line_no": np.tile(np.arange(1, LINES_PER_ORDER + 1), orders.height),
            "product_id": np.minimum(chance.geometric(1 / 900, count), 10_000),
            "site_id": chance.integers(0, 12, count),
            "uom": _one_of(["EA"] * 8 + ["CS", "PL"], count, chance),
            "quantity": np.ceil(chance.lognormal(2.2, 1.0, count)).astype(np.int64),
            "unit_price": np.round(chance.lognormal(3.0, 1.0, count), 2),
            "requested_date": _days(requested),
            "first_committed_date": _days(requested + delay // 2),
            "last_committed_date": _days(requested + delay),
            "committed_day": requested + delay,
        }
    )


def _parts(order_lines: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    """What of each line is sent together: one part, or two."""
    quantity = order_lines["quantity"].to_numpy()
    first = np.where(chance.random(len(quantity)) < 0.2, np.maximum(1, quantity * 6 // 10), quantity)
    lines = order_lines.select("order_line_id", "order_id", "committed_day", "quantity", first=pl.Series(first))
    sent = pl.concat([lines.with_columns(part=pl.lit(part)) for part in (0, 1)])
    sent = sent.filter((pl.col("part") == 0) | (pl.col("first") < pl.col("quantity"))).sort("order_line_id", "part")
    sent = sent.with_columns(
        planned=pl.when(pl.col("part") == 0).then("first").otherwise(pl.col("quantity") - pl.col("first"))
    )
    short = pl.Series(chance.random(sent.height) < 0.04)
    return sent.with_columns(
        shipment_line_id=pl.int_range(sent.height),
        shipment_id=pl.col("order_id") * 2 + pl.col("part"),
        shipped=pl.when(short).then(pl.max_horizontal(0, pl.col("planned") * 4 // 5 - 1)).otherwise("planned"),
        is_shipped=pl.Series(chance.random(sent.height) >= 0.015),
        is_proven=pl.Series(chance.random(sent.height) >= 0.01),
    )


def _shipments(parts: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    sent = parts.group_by("shipment_id", "order_id", maintain_order=True).agg(day=pl.col("committed_day").min())
    count = sent.height
    shipped = (sent["day"].to_numpy() - chance.integers(4, 6, count)) * _DAY + chance.integers(0, _DAY, count)
    return sent.select("shipment_id", "order_id").with_columns(
        carrier_id=pl.Series(chance.integers(0, 20, count)),
        mode=_one_of(["road", "air", "sea", "parcel"], count, chance),
        shipped_at=_instants(shipped),
        estimated_at=_instants(shipped + 2 * _DAY),
        freight_cost=pl.Series(np.round(chance.lognormal(3.0, 0.6, count), 2)),
    )


def _deliveries(parts: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    proven = parts.filter(pl.col("is_shipped") & pl.col("is_proven"))
    count = proven.height
    late = np.array([-3, -2, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 6])[chance.integers(0, 19, count)]
    delivered = (proven["committed_day"].to_numpy() + late) * _DAY + chance.integers(0, _DAY, count)
    rejected = (chance.random(count) < 0.01) * np.minimum(proven["shipped"].to_numpy(), 2)
    return proven.select(delivery_id="shipment_line_id", shipment_line_id="shipment_line_id").with_columns(
        delivered_at=_instants(delivered),
        accepted=proven["shipped"] - pl.Series(rejected),
        rejected=pl.Series(rejected),
        damaged=pl.Series(rejected // 2),
        documents_ok=pl.Series(chance.random(count) > 0.02),
    )
