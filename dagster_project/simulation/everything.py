"""All that the company's systems tell, subject by subject."""

from __future__ import annotations

from .agreements import tell_agreements
from .billing_files import tell_money
from .buying import make_buying
from .config import Company
from .demand import Demand
from .forecast_files import tell_forecasts
from .freight import freight_cents, make_lanes
from .leg_files import tell_legs
from .life import Life
from .market import Market
from .masters_files import tell_masters
from .purchase_files import tell_purchases
from .reference_files import tell_reference
from .routing_files import tell_routing
from .sales_files import tell_sales
from .site_files import tell_sites
from .standards_files import tell_standards
from .stock_files import make_stock, tell_stock
from .streams import Streams
from .telling import Full, Told
from .work_files import tell_work
from .world import World


def tell_everything(
    company: Company, world: World, market: Market, demand: Demand, life: Life, streams: Streams
) -> list[Told | Full]:
    """Every entity of the contract that a company's own systems hold."""
    buying = make_buying(company, world, demand, life, streams)
    stocked = make_stock(company, world, demand, life, buying, streams)
    freight = freight_cents(company, demand, life.parts, make_lanes(company, world, demand, streams), streams)
    return [
        *tell_masters(company, world, demand, life, streams),
        *tell_sites(company, demand, life),
        *tell_agreements(company, world, demand, life, streams),
        *tell_reference(company, world, market, life, streams),
        *tell_standards(company),
        tell_forecasts(company, world, demand, streams),
        *tell_sales(company, demand, life, freight),
        *tell_money(company, world, demand, life, streams),
        *tell_work(company, world, demand, life, streams),
        *tell_purchases(company, world, demand, life, buying, streams),
        *tell_stock(company, world, demand, life, buying, stocked),
        *tell_routing(company, world, demand, life, stocked.stock, streams),
        *tell_legs(company, world, demand, life, freight, streams),
    ]
