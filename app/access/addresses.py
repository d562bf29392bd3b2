"""The rule of every address: who may open it, and how it keeps to their area. Data: ``addresses.csv``, one line an endpoint.

``permission`` is one of ``roles.csv``, or ``public`` (anybody), or ``signed_in`` (whoever has signed in, also with a one-time password).
``area`` says how the address keeps to the caller's grids:

- ``none``      it tells nothing of the network
- ``thing``     its path names a thing as ``<kind>`` and ``<int:thing_id>``; the gate answers 404 where it lies outside
- ``narrowed``  its own statements take the area's predicate (``app.access.gate.get_area``)
- ``whole``     it reads across the region, so whoever has some grids of it only is refused
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.access.permissions import granted

FILE = Path(__file__).parent / "addresses.csv"
PUBLIC, SIGNED_IN = "public", "signed_in"
NONE, THING, NARROWED, WHOLE = AREAS = ("none", "thing", "narrowed", "whole")


@dataclass(frozen=True)
class Rule:
    """Who may open an address, and how it keeps to an area."""

    permission: str
    area: str


@cache
def rules() -> dict[str, Rule]:
    """The rule of each endpoint."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["endpoint"]: Rule(row["permission"], row["area"]) for row in csv.DictReader(file)}


def find_breaches(endpoints: Iterable[str]) -> list[str]:
    """What is wrong between the endpoints of an application and the file, a sentence each, with the line to write."""
    wanted, known = sorted(set(endpoints)), rules()
    permissions = {PUBLIC, SIGNED_IN, *(permission for _, permission in granted())}
    missing = [
        f"{name} has no rule and is refused: add the line `{name},look,whole` to app/access/addresses.csv"
        " (permission of roles.csv; area none, thing, narrowed or whole: see app/access/addresses.py)"
        for name in wanted
        if name not in known
    ]
    gone = [f"app/access/addresses.csv names {name}, which no address has: take the line out" for name in known if name not in wanted]
    odd = [
        f"{name}: permission {rule.permission} is none of {', '.join(sorted(permissions))}"
        for name, rule in known.items()
        if rule.permission not in permissions
    ]
    odd += [f"{name}: area {rule.area} is none of {', '.join(AREAS)}" for name, rule in known.items() if rule.area not in AREAS]
    return missing + gone + odd
