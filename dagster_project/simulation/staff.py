"""Accounts that work on orders: invented people by team, and systems."""

from __future__ import annotations

import numpy as np

HUMAN, RULE, MODEL = 0, 1, 2
ACTOR_KINDS = ("human", "rule", "model")

TEAMS = {
    "order desk": ("a.lindqvist", "j.okafor", "m.brandl", "s.ferrante", "t.voss", "l.marchetti", "k.holm"),
    "pricing": ("p.adeyemi", "r.castellan", "u.steen"),
    "credit control": ("c.roux", "h.amsel", "v.petrov"),
    "planning": ("d.nyberg", "e.conti", "f.wegener", "o.sandoval"),
    "warehouse": ("scanner-02", "scanner-05", "scanner-07", "scanner-11", "scanner-14", "scanner-18"),
    "transport": ("b.krause", "g.leroy", "n.tanaka"),
    "customer service": ("i.moreau", "q.hassan", "w.dahl", "y.bianchi", "z.keller"),
}
SYSTEMS = ("edi-gateway", "portal", "document-reader", "order-rules", "atp-run", "carrier-link", "order-close")

ACCOUNTS = (*SYSTEMS, *(account for team in TEAMS.values() for account in team))


def system(name: str) -> int:
    """The place of a system among the accounts."""
    return SYSTEMS.index(name)


def member_of(team: str, drawn: np.ndarray) -> np.ndarray:
    """Places among the accounts of people of a team, by a drawn whole number."""
    first = len(SYSTEMS) + sum(len(TEAMS[name]) for name in list(TEAMS)[: list(TEAMS).index(team)])
    found: np.ndarray = first + drawn % len(TEAMS[team])
    return found
