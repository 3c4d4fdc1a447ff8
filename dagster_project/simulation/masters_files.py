"""Masters as the systems tell them: who and what the company deals with, and how that changes."""

from __future__ import annotations

import numpy as np
import polars as pl

from .config import Company
from .days import at_hour
from .demand import Demand
from .life import Life
from .streams import Streams
from .telling import Full, Told, from_day, ids, of_frame, with_history
from .world import World

# Shares of customers whose name or segment changes, of those with a contract who go to another sales region, of
# products that are phased out, and of suppliers that are bought by another company.
_RENAMED, _RE_SEGMENTED, _MOVED, _PHASED_OUT, _TAKEN_OVER = 0.02, 0.02, 0.05, 0.03, 0.08
_OTHER_REGION = "International Accounts"
_OTHER_FORMS = {"DE": "GmbH & Co. KG", "SE": "Group AB", "IT": "S.r.l.", "US": "LLC"}
_CATEGORIES = {
    **{"pumps": "rotating equipment", "drives": "rotating equipment", "valves": "flow control"},
    **{"sensors": "instrumentation", "fittings": "flow control", "seals": "spare parts"},
}
_CATEGORY, _OTHER_CATEGORY = "components", "service and consumables"
_CITIES = {
    "DE": ("Bremen", "Hannover", "Leipzig", "Kassel", "Stuttgart", "Mannheim", "Rostock", "Dortmund", "Ulm", "Jena"),
    "SE": ("Göteborg", "Malmö", "Västerås", "Linköping", "Örebro", "Gävle", "Borås", "Sundsvall"),
    "IT": ("Torino", "Bologna", "Brescia", "Modena", "Verona", "Padova", "Ancona", "Bari", "Parma"),
    "US": ("Albany NY", "Buffalo NY", "Cleveland OH", "Charlotte NC", "Richmond VA", "Worcester MA", "Erie PA"),
}
# Changes lie between these days after the beginning and before the end.
_NOT_BEFORE, _NOT_AFTER = 32, 14


def tell_masters(company: Company, world: World, demand: Demand, life: Life, streams: Streams) -> list[Told | Full]:
    """Customers, addresses, products, suppliers and carriers."""
    return [
        _customers(company, world, streams),
        *_addresses(company, world, demand, streams),
        _products(company, world, life, streams),
        _suppliers(company, world, streams),
        from_day("carriers", world.files["carriers"], company.begins),
    ]


def change_days(company: Company, chance: np.ndarray) -> np.ndarray:
    """Days on which something changes: not in the first month, which tells what was before; none where there is no
    other.
    """
    begins, ends = np.datetime64(company.begins) + _NOT_BEFORE, np.datetime64(company.ends) - _NOT_AFTER
    room = max(0, int((ends - begins).astype(int)))
    days: np.ndarray = begins + np.floor(chance * room).astype(int)
    return days if room else np.full(len(chance), np.datetime64("NaT"), "datetime64[D]")


def _middle(company: Company) -> np.datetime64:
    """The first day of the month in the middle: when sales and product management are organised anew."""
    month = np.datetime64(company.begins).astype("datetime64[M]") + max(1, company.months // 2)
    first: np.datetime64 = month.astype("datetime64[D]")
    return first


def _changes(frame: pl.DataFrame, chosen: np.ndarray, days: np.ndarray, **values: pl.Expr | str) -> pl.DataFrame:
    """The key of the chosen rows, when they change, and what is then different."""
    key = frame.columns[0]
    at = pl.Series(at_hour(days, 7))
    changed = frame.with_columns(changed_at=at).filter(pl.Series(chosen & ~np.isnat(days)))
    told = [(value if isinstance(value, pl.Expr) else pl.lit(value)).alias(name) for name, value in values.items()]
    return changed.select(key, "changed_at", *told)


def _customers(company: Company, world: World, streams: Streams) -> Told:
    """Some get another legal form, some count to another segment, some are sold to from another sales region."""
    frame, segments = world.files["customers"], company.group("segments")
    count = frame.height
    kind, moves, when = streams.of("customer changes").random((3, count))
    days = change_days(company, when)
    form = pl.col("country").replace_strict(_OTHER_FORMS, default="Holding Ltd", return_dtype=pl.String)
    # The next larger segment; who is in the largest goes to the one below.
    other = np.where(world.segment > 0, world.segment - 1, min(1, len(segments.names) - 1))
    is_moved = (segments.array("contract")[world.segment] == 1) & (moves < _MOVED)
    labelled = frame.with_columns(other=np.array(segments.names)[other])
    return with_history(
        "customers",
        frame,
        [
            _changes(frame, kind < _RENAMED, days, name=pl.col("name").str.replace(r"\S+$", form)),
            _changes(
                labelled,
                (kind >= _RENAMED) & (kind < _RENAMED + _RE_SEGMENTED) & (other != world.segment),
                days,
                segment=pl.col("other"),
            ),
            _changes(frame, is_moved, np.full(count, _middle(company)), region=_OTHER_REGION),
        ],
        company.begins,
    )


def _addresses(company: Company, world: World, demand: Demand, streams: Streams) -> list[Told]:
    """Addresses with their city: those that were always known, and those that come with an order."""
    chance = streams.of("cities").random(int(world.addresses.sum()))
    later = streams.of("cities of new addresses").random(len(demand.new_address))
    regions = company.group("regions")
    region = demand.region[demand.new_address]
    new = pl.DataFrame(
        {
            "address_id": ids("A", demand.address[demand.new_address], 6),
            "country": regions.array("country")[region],
            "region": np.array(regions.names)[region],
            "zone": regions.array("zone")[region],
        }
    )
    return [
        from_day("addresses", _with_city(world.files["addresses"], chance), company.begins),
        of_frame("addresses", _with_city(new, later), demand.received_at[demand.new_address]),
    ]


def _with_city(frame: pl.DataFrame, chance: np.ndarray) -> pl.DataFrame:
    """A city of the country, where one is known."""
    city = pl.lit(None, dtype=pl.String)
    for country, cities in _CITIES.items():
        drawn = pl.lit(pl.Series(np.array(cities)[np.floor(chance * len(cities)).astype(int)]))
        city = pl.when(pl.col("country") == country).then(drawn).otherwise(city)
    return frame.with_columns(city=city)


def _products(company: Company, world: World, life: Life, streams: Streams) -> Told:
    """One family is renamed, one is classified otherwise, and some of the products that sell least are phased out."""
    families = company.group("families")
    category = pl.col("family").replace_strict(_CATEGORIES, default=_CATEGORY, return_dtype=pl.String)
    frame = world.files["products"].with_columns(category=category)
    count = frame.height
    draws = streams.of("product changes").random((2, count))
    # Families that causes are told of keep their names, so that whoever looks for them finds them.
    named = {cause.where.get("family") for cause in life.causes.planned}
    free = [name for name in families.names if name not in named] or families.names
    renamed = min(free, key=lambda name: families.members[name]["share"])
    classified = next((name for name in reversed(families.names) if name != renamed), renamed)
    middle = np.full(count, _middle(company))
    sells_least = np.argsort(np.argsort(world.popularity)) < 2 * _PHASED_OUT * count
    family = np.array(families.names)[world.family]
    return with_history(
        "products",
        frame,
        [
            _changes(frame, family == renamed, middle, family=f"{renamed} and accessories"),
            _changes(frame, family == classified, middle, category=_OTHER_CATEGORY),
            _changes(
                frame,
                sells_least & (draws[0] < 0.5),
                change_days(company, draws[1]),
                name=pl.col("name") + " (phase-out)",
            ),
        ],
        company.begins,
    )


def _suppliers(company: Company, world: World, streams: Streams) -> Told:
    frame = world.files["suppliers"]
    chance, when = streams.of("supplier changes").random((2, frame.height))
    taken_over = chance <= max(_TAKEN_OVER, chance.min())
    days = change_days(company, when)
    return with_history(
        "suppliers",
        frame,
        [_changes(frame, taken_over, days, name=pl.col("name") + ", a Halden company")],
        company.begins,
    )
