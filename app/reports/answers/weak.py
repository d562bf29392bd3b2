"""Single points of failure, and what is not as safe as it looks, as JSON."""
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy.orm import Session

from app.topology.facts import graph_facts
from app.topology.graph_cache import keep_graph
from app.topology.pon_budget import list_pon_faults
from app.topology.resilience import list_false_rings, list_power_roots
from app.topology.weak_points import list_weak_points

# Which of the lists beside the ranking belong to which speciality; without one all are told.
BESIDE = {"rings": ("route", "transmission"), "trees": ("fibre", "data"), "power": ("power",)}
_LISTS = {"rings": list_false_rings, "trees": list_pon_faults, "power": list_power_roots}


def plain_weak(session: Session, region_id: int, speciality: str | None, grid: str | None, limit: int) -> dict:
    """The elements with which most services fall, and false rings, PON trees and power roots where no grid is asked for.

    Raises
    ------
    NotFoundError, InputError
        As `list_weak_points`.
    """
    points = list_weak_points(session, region_id, speciality=speciality, grid=grid, limit=limit)
    # These lists are about the whole region.
    wanted = [] if grid else [name for name, held in BESIDE.items() if speciality is None or speciality in held]
    return {"points": [asdict(point) for point in points], **{name: _kept(session, region_id, name) for name in wanted}}


def plain_facts(session: Session, region_id: int, speciality: str, most: int | None = None) -> dict:
    """The shape of a speciality's network; of names ``most`` at most, ``totals`` tells how many there are.

    Raises
    ------
    InputError
        As `graph_facts`.
    """
    told = asdict(graph_facts(session, region_id, speciality))
    totals = {name: len(value) for name, value in told.items() if isinstance(value, tuple)}
    return {**told, **{name: list(told[name][:most]) for name in totals}, "totals": totals}


def _kept(session: Session, region_id: int, name: str) -> Sequence[dict]:
    def build(session: Session, region_id: int) -> list[dict]:
        return [asdict(one) for one in _LISTS[name](session, region_id)]

    build.__qualname__ = f"weak_{name}"
    return keep_graph(session, region_id, build)
