"""The files of a company told another way: less of what figures prefer, so that they take what stands in for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

UNTOLD = ("validation_results", "exception_actions")


def _every(column: str, nth: int) -> pl.Expr:
    """One row in so many, the same ones in every batch."""
    return pl.col(column).str.extract(r"(\d+)$").cast(pl.Int64) % nth == 0


def _orders_end_unseen(events: pl.DataFrame) -> pl.DataFrame:
    return events.filter(pl.col("activity") != "end")


def _some_purchases_are_never_invoiced(lines: pl.DataFrame) -> pl.DataFrame:
    told = lines.filter((pl.col("side") != "purchase") | ~_every("po_id", 2))
    hundred = pl.col("unit_price").str.to_decimal(scale=2) * 100
    return told.with_columns(hundred.cast(pl.String).alias("unit_price"), per_quantity=pl.lit("100"))


def _some_are_only_approved(orders: pl.DataFrame) -> pl.DataFrame:
    released = pl.when(_every("po_id", 3)).then(None).otherwise(pl.col("released_at"))
    return orders.with_columns(released_at=released)


def _some_papers_are_wrong(deliveries: pl.DataFrame) -> pl.DataFrame:
    told = pl.when(_every("delivery_id", 7)).then(pl.lit("false")).when(_every("delivery_id", 11)).then(None)
    return deliveries.with_columns(documents_ok=told.otherwise(pl.col("documents_ok")))


def _some_supply_is_on_its_way(allocations: pl.DataFrame) -> pl.DataFrame:
    pegged = pl.when(_every("order_id", 5)).then(pl.lit("purchase-order-line")).when(_every("order_id", 4)).then(None)
    return allocations.with_columns(supply_type=pegged.otherwise(pl.col("supply_type")))


def _prices_are_per_ten(agreements: pl.DataFrame) -> pl.DataFrame:
    boxed = _every("product_id", 2) & pl.col("supplier_id").is_not_null()
    per = pl.when(boxed).then(pl.lit("10")).otherwise(pl.col("per_quantity"))
    return agreements.with_columns(per_quantity=per)


def _lines_name_the_orders(invoices: pl.DataFrame) -> pl.DataFrame:
    return invoices.with_columns(order_id=pl.lit(None, dtype=pl.String))


def _one_site_is_known(sites: pl.DataFrame) -> pl.DataFrame:
    return sites.filter(pl.col("zone") == "America/Chicago")


def _some_orders_are_blanket(orders: pl.DataFrame) -> pl.DataFrame:
    is_blanket = (pl.col("order_type") == "standard") & _every("order_id", 6)
    return orders.with_columns(order_type=pl.when(is_blanket).then(pl.lit("blanket")).otherwise(pl.col("order_type")))


def _some_rates_are_of_a_site(rates: pl.DataFrame) -> pl.DataFrame:
    told = rates.filter(pl.col("cost_kind").is_in(["labour", "overhead"])).unique(
        ["cost_kind", "valid_from"], keep="first", maintain_order=True
    )
    nothing = pl.lit(None, dtype=pl.String)
    here = told.with_columns(activity=nothing, site_id=pl.lit("CHI"))
    return pl.concat([here, rates.with_columns(site_id=nothing)])


def _some_exceptions_say_not_when(exceptions: pl.DataFrame) -> pl.DataFrame:
    is_untold = _every("exception_id", 7) & pl.col("exception_id").is_unique()
    return exceptions.with_columns(opened_at=pl.when(is_untold).then(None).otherwise(pl.col("opened_at")))


def _some_are_ordered_in_boxes(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.with_columns(uom=pl.when(_every("order_id", 4)).then(pl.lit("BOX")).otherwise(pl.col("uom")))


def _some_came_nobody_knows_when(receipts: pl.DataFrame) -> pl.DataFrame:
    received = pl.when(_every("receipt_id", 9)).then(None).otherwise(pl.col("received_at"))
    return receipts.with_columns(received_at=received)


def _some_name_no_shipment(lines: pl.DataFrame) -> pl.DataFrame:
    named = pl.when(_every("return_line_id", 3)).then(None).otherwise(pl.col("shipment_line_id"))
    return lines.with_columns(shipment_line_id=named)


CHANGES: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "order_events": _orders_end_unseen,
    "invoice_lines": _some_purchases_are_never_invoiced,
    "purchase_orders": _some_are_only_approved,
    "deliveries": _some_papers_are_wrong,
    "allocations": _some_supply_is_on_its_way,
    "price_agreements": _prices_are_per_ten,
    "sites": _one_site_is_known,
    "orders": _some_orders_are_blanket,
    "invoices": _lines_name_the_orders,
    "cost_rates": _some_rates_are_of_a_site,
    "exceptions": _some_exceptions_say_not_when,
    "order_lines": _some_are_ordered_in_boxes,
    "receipts": _some_came_nobody_knows_when,
    "return_lines": _some_name_no_shipment,
}


def alter(folder: Path) -> None:
    """Rewrite the batches of a company in place."""
    for batch in (folder / "batches").iterdir():
        for entity in UNTOLD:
            (batch / f"{entity}.csv").unlink(missing_ok=True)
        for entity, change in CHANGES.items():
            path = batch / f"{entity}.csv"
            if path.exists():
                change(pl.read_csv(path, infer_schema=False)).write_csv(path)
