"""Pictures of a simulated company, drawn from its files."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from dagster_project.doctor import find_browser

_BLUE, _ORANGE, _GREEN, _GREY = "#3b6fb6", "#d9822b", "#3f8f6b", "#8a8f98"
_SIZE = {"width": 900, "height": 340}
_FONT = {"family": "Helvetica, Arial, sans-serif", "size": 13, "color": "#30343b"}


@dataclass(frozen=True)
class Told:
    """The files of a simulated company: entities as told last, and tables of the truth, as text."""

    folder: Path

    def entity(self, name: str, *columns: str) -> pl.DataFrame:
        """Columns of the rows of an entity, in the order in which they were told, the first as its key."""
        paths = sorted((self.folder / "batches").glob(f"*/{name}.csv"))
        frames = [pl.read_csv(path, columns=list(columns), infer_schema=False) for path in paths]
        return pl.concat(frames).unique(columns[0], keep="last", maintain_order=True).select(columns)

    def truth(self, name: str) -> pl.DataFrame:
        """A table of the truth."""
        return pl.read_csv(self.folder / "truth" / f"{name}.csv", infer_schema=False)

    @cached_property
    def orders(self) -> pl.DataFrame:
        """Orders with their customer's segment and the instant they were received."""
        orders = self.entity("orders", "order_id", "order_type", "customer_id", "channel", "received_at")
        segments = self.entity("customers", "customer_id", "segment")
        return (
            orders.filter(pl.col("order_type") == "standard")
            .join(segments, on="customer_id")
            .with_columns(_instant("received_at"))
        )

    @cached_property
    def deliveries(self) -> pl.DataFrame:
        """Obligations that arrived, with the day last agreed and the day all of it had arrived."""
        told = self.entity("deliveries", "delivery_id", "order_id", "line_no", "delivered_at")
        arrived = told.group_by("order_id", "line_no").agg(_instant("delivered_at").max().dt.date().alias("arrived"))
        due = self.truth("obligations").with_columns(pl.col("due_date").str.to_date())
        return due.join(arrived, on=["order_id", "line_no"])


def _instant(name: str) -> pl.Expr:
    return pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us")


def arrivals(told: Told) -> go.Figure:
    """Orders a week."""
    weekly = told.orders.group_by(pl.col("received_at").dt.truncate("1w").alias("week")).len().sort("week")
    return _figure(go.Scatter(x=weekly["week"][1:-1], y=weekly["len"][1:-1], line_color=_BLUE), "orders a week")


def seasons(told: Told) -> go.Figure:
    """Orders by weekday, and by hour."""
    figure = make_subplots(cols=2, subplot_titles=["by weekday", "by hour (UTC)"], horizontal_spacing=0.1)
    for place, (name, part) in enumerate({"day": "weekday", "hour": "hour"}.items(), start=1):
        counted = told.orders.group_by(getattr(pl.col("received_at").dt, part)().alias(name)).len().sort(name)
        names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        x = [names[day - 1] for day in counted[name]] if name == "day" else counted[name].to_list()
        figure.add_bar(x=x, y=counted["len"], marker_color=_BLUE, row=1, col=place)
    return _styled(figure, "orders")


def shapes(told: Told) -> go.Figure:
    """Lines of an order, and value of a line."""
    figure = make_subplots(cols=2, subplot_titles=["lines of an order", "net value of a line, EUR"])
    counted = _all(told, "order_lines", "order_id", "quantity", "unit_price", "discount")
    per_order = counted.group_by("order_id").len()["len"].value_counts().sort("len")
    figure.add_bar(x=per_order["len"], y=per_order["count"], marker_color=_BLUE, row=1, col=1)
    number = {name: pl.col(name).cast(pl.Float64) for name in ("quantity", "unit_price", "discount")}
    value = counted.select(number["quantity"] * number["unit_price"] * (1 - number["discount"])).to_series()
    logs = value.clip(0.1).log10()
    figure.add_histogram(x=logs, xbins={"size": 0.1}, marker_color=_ORANGE, row=1, col=2)
    ticks = list(range(0, 7))
    figure.update_xaxes(tickvals=ticks, ticktext=[f"{10**tick:,}" for tick in ticks], row=1, col=2)
    return _styled(figure, "how many", legend=False)


def _all(told: Told, name: str, *columns: str) -> pl.DataFrame:
    """Rows of an entity with some of its columns; of orders only those that are not returns."""
    paths = sorted((told.folder / "batches").glob(f"*/{name}.csv"))
    rows = pl.concat([pl.read_csv(path, columns=list(columns), infer_schema=False) for path in paths])
    return rows.filter(pl.col("order_id").str.starts_with("SO")) if "order_id" in columns else rows


def lead_times(told: Told) -> go.Figure:
    """Days from the order to the day asked for, by segment."""
    asked = _all(told, "order_schedule_lines", "order_id", "requested_date")
    both = asked.join(told.orders, on="order_id").with_columns(
        days=(pl.col("requested_date").str.to_date() - pl.col("received_at").dt.date()).dt.total_days()
    )
    figure = go.Figure()
    for color, segment in zip((_BLUE, _ORANGE, _GREEN, _GREY), sorted(both["segment"].unique()), strict=False):
        days = both.filter(pl.col("segment") == segment)["days"].clip(0, 60)
        counted = days.value_counts(normalize=True).sort("days")
        figure.add_scatter(x=counted["days"], y=100 * counted["proportion"], name=segment, line_color=color)
    return _styled(figure, "% of lines", "days from order to the day asked for")


def lateness(told: Told) -> go.Figure:
    """Days from the day agreed to the day everything had arrived."""
    days = told.deliveries.select((pl.col("arrived") - pl.col("due_date")).dt.total_days().clip(-10, 20).alias("days"))
    counted = days.group_by("days").len().sort("days")
    colors = [_BLUE if day <= 0 else _ORANGE for day in counted["days"]]
    bars = go.Bar(x=counted["days"], y=counted["len"], marker_color=colors)
    return _figure(bars, "obligations", "days after the day agreed (blue: in time)")


def otif(told: Told) -> go.Figure:
    """OTIF by month at schedule line level, and when causes were on."""
    due = told.truth("obligations").filter(pl.col("state").is_in(["due_met", "due_failed"]))
    monthly = (
        due.group_by(pl.col("due_date").str.slice(0, 7).alias("month"))
        .agg((100 * (pl.col("state") == "due_met").mean()).alias("otif"), pl.len())
        .filter(pl.col("len") > 50)
        .sort("month")
    )
    figure = go.Figure(go.Scatter(x=monthly["month"], y=monthly["otif"], line_color=_BLUE, name="OTIF"))
    causes = told.truth("causes").filter(pl.col("role") == "cause")
    for place, (cause, begins, ends) in enumerate(causes.select("cause", "from", "to").iter_rows()):
        figure.add_scatter(
            x=[begins[:7], ends[:7]],
            y=[72 - 2.5 * place] * 2,
            mode="lines+text",
            text=[cause.replace("_", " "), ""],
            textposition="top right",
            line={"color": _ORANGE, "width": 5},
            showlegend=False,
        )
    figure.update_yaxes(range=[60, 100])
    return _styled(figure, "% met of what fell due", legend=False)


def suppliers(told: Told) -> go.Figure:
    """Days between the day due and the receipt: median, quartiles, and the middle 96 %."""
    due = _all(told, "purchase_schedule_lines", "po_id", "line_no", "due_date")
    receipts = _all(told, "receipts", "po_id", "line_no", "received_at")
    owners = told.entity("purchase_orders", "po_id", "supplier_id")
    first = receipts.group_by("po_id", "line_no").agg(_instant("received_at").min().dt.date().alias("received"))
    both = due.join(first, on=["po_id", "line_no"]).join(owners, on="po_id")
    both = both.with_columns(days=(pl.col("received") - pl.col("due_date").str.to_date()).dt.total_days().clip(-5, 60))
    shares = {"lowerfence": 0.02, "q1": 0.25, "median": 0.5, "q3": 0.75, "upperfence": 0.98}
    told_days = [pl.col("days").quantile(share).alias(name) for name, share in shares.items()]
    boxes = both.group_by("supplier_id").agg(told_days).sort("supplier_id")
    figure = go.Figure(go.Box(x=boxes["supplier_id"], **{name: boxes[name] for name in shares}, marker_color=_BLUE))
    return _styled(figure, "days after the day due", legend=False)


def stock(told: Told) -> go.Figure:
    """Stock of three products at their busiest site over time."""
    told_stock = _all(told, "inventory_snapshots", "product_id", "site_id", "snapshot_date", "on_hand")
    moved = _all(told, "order_lines", "order_id", "product_id", "site_id").group_by("product_id", "site_id").len()
    figure = go.Figure()
    busiest = moved.sort("len", "product_id", descending=[True, False]).head(3)
    for color, (product, site, _) in zip((_BLUE, _ORANGE, _GREEN), busiest.iter_rows(), strict=False):
        mine = told_stock.filter((pl.col("product_id") == product) & (pl.col("site_id") == site))
        mine = mine.unique("snapshot_date", keep="last").sort("snapshot_date")
        on_hand = mine["on_hand"].cast(pl.Float64)
        figure.add_scatter(x=mine["snapshot_date"], y=on_hand, name=f"{product} in {site}", line_color=color)
    return _styled(figure, "on hand")


def exceptions(told: Told) -> go.Figure:
    """Exceptions by type."""
    counted = told.entity("exceptions", "exception_id", "type")["type"].value_counts().sort("count")
    names = [name.replace("_", " ") for name in counted["type"]]
    return _figure(go.Bar(x=counted["count"], y=names, orientation="h", marker_color=_BLUE), "", "exceptions")


def payments(told: Told) -> go.Figure:
    """Days from an invoice to its payment, by segment."""
    invoices = _all(told, "invoices", "side", "invoice_id", "customer_id", "invoiced_at").filter(
        pl.col("side") == "sales"
    )
    paid = _all(told, "payment_applications", "side", "invoice_id", "applied_at").filter(pl.col("side") == "sales")
    segments = told.entity("customers", "customer_id", "segment")
    both = (
        paid.unique("invoice_id", keep="first", maintain_order=True)
        .join(invoices.unique("invoice_id", keep="first", maintain_order=True), on="invoice_id")
        .join(segments, on="customer_id")
        .with_columns(days=(_instant("applied_at") - _instant("invoiced_at")).dt.total_days().clip(0, 100))
    )
    figure = go.Figure()
    for color, segment in zip((_BLUE, _ORANGE, _GREEN, _GREY), sorted(both["segment"].unique()), strict=False):
        counted = both.filter(pl.col("segment") == segment)["days"].value_counts(normalize=True).sort("days")
        figure.add_scatter(x=counted["days"], y=100 * counted["proportion"], name=segment, line_color=color)
    return _styled(figure, "% of invoices", "days from the invoice to its first payment")


def feedback(told: Told) -> go.Figure:
    """Scores customers give, by whether all of the order was on time and in full."""
    scores = told.entity("feedback", "feedback_id", "order_id", "score")
    failed = told.truth("obligations").group_by("order_id").agg((pl.col("state") == "due_failed").any().alias("failed"))
    both = scores.join(failed, on="order_id").with_columns(pl.col("score").cast(pl.Float64))
    figure = go.Figure()
    for name, color, is_failed in (("kept", _BLUE, False), ("missed", _ORANGE, True)):
        mine = both.filter(pl.col("failed") == is_failed)["score"]
        counted = mine.value_counts(normalize=True).sort("score")
        figure.add_bar(x=counted["score"], y=100 * counted["proportion"], name=name, marker_color=color)
    return _styled(figure, "% of answers", "score from 0 to 10, promise kept or missed")


PICTURES: dict[str, tuple[str, Callable[[Told], go.Figure]]] = {
    "arrivals": ("Orders a week: growth, season, holidays at the turn of the year", arrivals),
    "seasons": ("Orders by weekday and by hour", seasons),
    "shapes": ("Lines of an order, and the net value of a line on a logarithmic scale", shapes),
    "lead_times": ("Days from the order to the day the customer asks for, by segment", lead_times),
    "lateness": ("Days from the day agreed to the day on which all had arrived", lateness),
    "otif": ("On time and in full by month of the day agreed; in orange, when each cause was on", otif),
    "suppliers": (
        "Days from the day a purchase was due to its first receipt, by supplier: quartiles and the middle 96 %",
        suppliers,
    ),
    "stock": ("Stock of the three busiest products at their sites", stock),
    "exceptions": ("Exceptions by type, all months together", exceptions),
    "payments": ("Days from an invoice to its first payment, by segment", payments),
    "feedback": ("Scores that customers give, by whether the promise was kept", feedback),
}


def _figure(trace: go.BaseTraceType, y: str, x: str = "") -> go.Figure:
    return _styled(go.Figure(trace), y, x)


def _styled(figure: go.Figure, y: str, x: str = "", legend: bool | None = None) -> go.Figure:
    figure.update_layout(
        **_SIZE,
        font=_FONT,
        plot_bgcolor="white",
        paper_bgcolor="white",
        margin={"l": 60, "r": 20, "t": 40, "b": 50},
        showlegend=len(figure.data) > 1 and y != "orders" if legend is None else legend,
        legend={"orientation": "h", "y": 1.12},
        bargap=0.15,
    )
    figure.update_xaxes(showgrid=False, linecolor="#c9cdd3")
    figure.update_yaxes(gridcolor="#e6e8eb", zeroline=False)
    figure.layout.yaxis.title.text = y
    if x:
        figure.update_xaxes(title_text=x)
    return figure


def save(figures: Mapping[str, go.Figure], folder: Path) -> None:
    """Write each as an SVG, by one browser for all of them."""
    import kaleido

    browser = find_browser()
    if browser:
        os.environ.setdefault("BROWSER_PATH", browser)
    kaleido.start_sync_server(silence_warnings=True)
    try:
        for name, figure in figures.items():
            picture = kaleido.calc_fig_sync(figure.to_dict(), opts={"format": "svg"})
            (folder / f"{name}.svg").write_bytes(picture)
    finally:
        kaleido.stop_sync_server(silence_warnings=True)
