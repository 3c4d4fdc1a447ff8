"""What the company knows of its market and its goods: promotions, an outside signal, exchange rates, units."""

from __future__ import annotations

import numpy as np
import polars as pl

from .config import Company
from .days import at_hour
from .life import Life
from .market import Market
from .streams import Streams
from .telling import Full, Told, decimals, from_day, ids, of_frame
from .world import World

_NEVER = np.datetime64("2262-01-01", "us")
_ANNOUNCED, _DROPPED_BEFORE, _ONE_DROPPED_IN = 30, 10, 8
_PROMOTED_FOR, _EARLIER_OFF = 20, 0.05
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# Units of one euro at first, and how much they move in a day.
_RATES = {"USD": 1.0840, "SEK": 11.3200, "GBP": 0.8560, "CHF": 0.9530}
_MOVES = 0.004
# Boxes on a pallet: of goods that are packed one by one, and of others.
_BOXES_OF_ONE, _BOXES = 24, 60


def tell_reference(company: Company, world: World, market: Market, life: Life, streams: Streams) -> list[Told | Full]:
    """Promotions, external signals, exchange rates and conversions of units."""
    return [
        _promotions(company, world, market, streams),
        _signals(company, market, streams),
        _fx_rates(company, streams),
        *_uom_conversions(company, world, life, streams),
    ]


def _promotions(company: Company, world: World, market: Market, streams: Streams) -> Full:
    """Those of the year before, those that move demand, and some that were announced and dropped before they began: a
    dropped one vanishes from the list.
    """
    families = company.group("families")
    begins, ends = np.datetime64(company.begins), np.datetime64(company.ends)
    dropped = max(1, company.months // _ONE_DROPPED_IN)
    chance, of = streams.of("dropped promotions").random((2, dropped))
    earlier = begins - 360 + np.arange(len(families.names)) * (330 // len(families.names))
    planned = begins + 40 + np.floor(chance * max(1, int((ends - begins).astype(int)) - 40)).astype(int)
    family = np.concatenate(
        [np.arange(len(earlier)), market.promoted, np.floor(of * len(families.names)).astype(int)]
    ).astype(int)
    from_day = np.concatenate([earlier, market.from_day, planned]).astype("datetime64[D]")
    to_day = np.concatenate([earlier + _PROMOTED_FOR, market.to_day, planned + _PROMOTED_FOR]).astype("datetime64[D]")
    off = np.concatenate([np.full(len(earlier), _EARLIER_OFF), market.off, np.full(dropped, _EARLIER_OFF)])
    gone_at = np.full(len(family), _NEVER)
    gone_at[-dropped:] = at_hour(planned - _DROPPED_BEFORE, 12)
    told_at = at_hour(from_day - _ANNOUNCED - np.where(gone_at < _NEVER, 15, 0), 8)
    number = np.argsort(np.argsort(from_day, kind="stable"), kind="stable")
    names = pl.Series(
        [
            f"{families.names[one].capitalize()} campaign {_MONTHS[month]} {year}"
            for one, month, year in zip(
                family, from_day.astype("datetime64[M]").astype(int) % 12, from_day.astype("datetime64[Y]"), strict=True
            )
        ]
    )
    promotion, product = np.nonzero(family[:, None] == world.family[None, :])

    def rows(until: np.datetime64) -> pl.DataFrame:
        here = (told_at[promotion] <= until) & (gone_at[promotion] > until)
        one = promotion[here]
        return pl.DataFrame(
            {
                "promotion_id": ids("PR", number[one] + 1, 3),
                "product_id": ids("P", product[here], 4),
                "name": names.gather(one),
                "discount": off[one],
                "valid_from": from_day[one],
                "valid_to": to_day[one],
            }
        )

    return Full("promotions", rows)


def _signals(company: Company, market: Market, streams: Streams) -> Told:
    """The signal of each month, published about three weeks after its end."""
    months = market.signal_months
    after = streams.of("publications").integers(18, 24, len(months))
    published_at = at_hour((months + 1).astype("datetime64[D]") - 1 + after, 9)
    frame = pl.DataFrame(
        {
            "signal_id": "ORDERS-MECH-ENG",
            "signal_date": months.astype("datetime64[D]"),
            "name": "New orders of mechanical engineering",
            "uom": "index",
            "value": market.signal,
            "published_at": published_at,
        }
    )
    return of_frame("external_signals", frame, np.maximum(published_at, np.datetime64(company.begins, "us")))


def _fx_rates(company: Company, streams: Streams) -> Told:
    """Rates of each day, known in its afternoon."""
    days = np.arange(np.datetime64(company.begins), np.datetime64(company.ends) + 1)
    steps = streams.of("exchange rates").normal(0, _MOVES, (len(_RATES), len(days)))
    rates = np.array(list(_RATES.values()))[:, None] * np.exp(np.cumsum(steps, axis=1))
    frame = pl.DataFrame(
        {
            "from_currency": "EUR",
            "to_currency": np.tile(list(_RATES), len(days)),
            "rate_date": np.repeat(days, len(_RATES)),
            "rate": decimals(rates.T.ravel(), 4),
        }
    )
    return of_frame("fx_rates", frame, at_hour(np.repeat(days, len(_RATES)), 16))


def _uom_conversions(company: Company, world: World, life: Life, streams: Streams) -> list[Told]:
    """What a box and a pallet of each product hold; where a cause has it, a box of a family twice what it does."""
    count = len(world.pack)
    boxes = np.where(world.pack == 1, _BOXES_OF_ONE, _BOXES)
    told = [
        from_day("uom_conversions", _conversions(np.arange(count), unit, factor), company.begins)
        for unit, factor in (("BOX", world.pack), ("PAL", world.pack * boxes))
    ]
    for cause in life.causes.of("wrong_master_data"):
        chance = streams.of(f"cause {cause.name}: products corrected").random(count)
        corrected = np.full(count, np.datetime64(cause.ends) + 1)
        if cause.countermeasure is not None:
            is_helped = chance < cause.countermeasure.works
            corrected = np.where(is_helped, np.datetime64(cause.countermeasure.begins), corrected)
        mine = np.flatnonzero(world.family == company.group("families").names.index(cause.where["family"]))
        from_then = at_hour(np.full(len(mine), np.datetime64(cause.begins)), 6)
        told += [
            of_frame("uom_conversions", _conversions(mine, "BOX", 2 * world.pack[mine]), from_then),
            of_frame("uom_conversions", _conversions(mine, "BOX", world.pack[mine]), at_hour(corrected[mine], 6)),
        ]
    return told


def _conversions(products: np.ndarray, unit: str, factor: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame(
        {"product_id": ids("P", products, 4), "from_uom": unit, "to_uom": "EA", "factor": factor.astype(np.int64)}
    )
