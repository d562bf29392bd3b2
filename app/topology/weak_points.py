"""Single points of failure: what takes down most services and customers where it fails alone (domain.md Q10)."""
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

import numpy
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import InputError, NotFoundError
from app.engineering.tables import read_table
from app.network.queries.codes import full_codes
from app.topology.arrays import distinct, read_arrays
from app.topology.dependency import KINDS, Dependency, element_of, get_dependency, thing_of_element
from app.topology.graph_cache import keep_graph
from app.topology.losses import find_lost, spread
from app.topology.statements import FOLDER, query

MOST_POINTS = 1000


@dataclass(frozen=True)
class KindOf:
    """The speciality that equipment of a kind belongs to."""

    kind: str
    speciality: str


EQUIPMENT_KINDS = read_table("specialities.csv", KindOf, FOLDER)
SPECIALITIES = ("route", *dict.fromkeys(row.speciality for row in EQUIPMENT_KINDS))


@dataclass(frozen=True)
class WeakPoint:
    """An element and what falls with it alone; a customer counts once, ``large`` counts the large ones among them."""

    kind: str
    id: int
    code: str
    services: int
    customers: int
    large: int


@dataclass(frozen=True, eq=False)
class Losses:
    """Figures of every element by place in ``Dependency.elements``."""

    elements: numpy.ndarray
    services: numpy.ndarray
    customers: numpy.ndarray
    large: numpy.ndarray


def get_losses(session: Session, region_id: int) -> Losses:
    """What falls with each element of the region, kept by version."""
    return keep_graph(session, region_id, build_losses)


def build_losses(session: Session, region_id: int) -> Losses:
    """As `get_losses`, from the rows as they are now."""
    return count_losses(get_dependency(session, region_id))


def count_losses(found: Dependency) -> Losses:
    """Services and customers that fall with each element alone."""
    lost = list_lost_services(found)
    services = found.services
    keys, first = numpy.unique(services["service"], return_index=True)
    places = first[numpy.searchsorted(keys, lost[1])] if len(lost[1]) else lost[1]
    count = partial(numpy.bincount, minlength=len(found.elements))
    elements, customers = distinct(lost[0], services["customer"][places])
    is_large = services["is_large"][places] > 0
    large, _ = distinct(lost[0][is_large], services["customer"][places][is_large])
    return Losses(found.elements, count(lost[0]), count(elements), count(large))


def list_lost_services(found: Dependency) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Each pair of an element (place) and the key of a live service that falls with it alone."""
    services = found.services
    holds = services["circuit"] >= 0
    besides = (found.gateway_elements, found.gateway_services)
    return spread(*find_lost(found.carriage), services["circuit"][holds], services["service"][holds], besides)


def list_weak_points(
    session: Session, region_id: int, *, speciality: str | None = None, grid: str | None = None, limit: int = 20
) -> list[WeakPoint]:
    """The elements with which most services fall, the worst first: by services, then large customers, then customers.

    Parameters
    ----------
    speciality
        ``route`` for sections and structures; ``fibre``, ``copper``, ``transmission`` ... for their segments and equipment; None for all.
    grid
        Code of a grid: only what lies in it, at least in part.

    Raises
    ------
    NotFoundError
        ``GRID_UNKNOWN``.
    InputError
        ``COUNT_IMPOSSIBLE``.
    """
    if not 1 <= limit <= MOST_POINTS:
        raise InputError(
            "COUNT_IMPOSSIBLE", "so many can't be listed", found=limit, expected=f"1 to {MOST_POINTS}", next_step="ask for fewer"
        )
    losses = get_losses(session, region_id)
    wanted = losses.services > 0
    for allowed in (_of_speciality(session, region_id, speciality), _of_grid(session, region_id, grid)):
        if allowed is not None:
            wanted &= numpy.isin(losses.elements, allowed)
    places = numpy.flatnonzero(wanted)
    # The number of an element settles ties, so that the order is the same each time.
    order = numpy.lexsort((losses.elements[places], -losses.customers[places], -losses.large[places], -losses.services[places]))
    places = places[order][:limit].tolist()
    things = [thing_of_element(int(losses.elements[place])) for place in places]
    codes = full_codes(session, region_id, [(_table(kind), key) for kind, key in things])
    counts = (losses.services, losses.customers, losses.large)
    return [
        WeakPoint(kind, key, codes[_table(kind), key], *(int(column[place]) for column in counts))
        for place, (kind, key) in zip(places, things, strict=True)
    ]


def _table(kind: str) -> str:
    return "equipment" if kind == "power" else kind


def _of_speciality(session: Session, region_id: int, speciality: str | None) -> numpy.ndarray | None:
    """The numbers of a speciality's elements; None for all."""
    if speciality is None:
        return None
    if speciality == "route":
        sql = {kind: f"SELECT id FROM {kind} WHERE region_id = :region_id" for kind in KINDS[:2]}  # noqa: S608 - the names are ours
        return numpy.concatenate([element_of(kind, read_arrays(session, sql[kind], region_id, "id")["id"]) for kind in sql])
    kinds = [row.kind for row in EQUIPMENT_KINDS if row.speciality == speciality]
    rows = session.execute(query("weak_of_kind"), {"region_id": region_id, "kinds": kinds, "medium": speciality}).all()
    numbers = [element_of("power" if kind == "equipment" and speciality == "power" else kind, key) for kind, key in rows]
    return numpy.array(numbers, dtype=numpy.int64)


def _of_grid(session: Session, region_id: int, grid: str | None) -> Collection[int] | None:
    if grid is None:
        return None
    given = {"region_id": region_id, "code": grid}
    found = session.execute(text("SELECT id FROM grid WHERE region_id = :region_id AND code = :code"), given).scalar()
    if found is None:
        raise NotFoundError("GRID_UNKNOWN", f"there is no grid {grid}", found=grid, next_step="look its code up on the map")
    rows = session.execute(query("weak_of_grid"), {"region_id": region_id, "grid": found}).all()
    numbers = {element_of(kind, key) for kind, key in rows} | {element_of("power", key) for kind, key in rows if kind == "equipment"}
    return numpy.array(sorted(numbers), dtype=numpy.int64)
