"""A company of which everything is known: the files that its systems would tell, and the truth beside them."""

from __future__ import annotations

from .company import Simulated, simulate
from .config import Company, load_company

__all__ = ["Company", "Simulated", "load_company", "simulate"]
