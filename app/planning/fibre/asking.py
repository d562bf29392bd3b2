"""A design asked for an area or for addresses: what is read from the network, and the design."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.network.statements import statement
from app.planning.fibre.boxes import Demand, places_of
from app.planning.fibre.design import FibreDesign, Wish, design_areas
from app.planning.fibre.naming import name_new
from app.planning.roads import box_around, read_roads, with_roads
from app.topology.route_graph import RouteGraph, get_route_graph

SQL = Path(__file__).parent.parent / "sql"


def list_demands(
    session: Session,
    region_id: int,
    *,
    grid: str | None = None,
    addresses: Sequence[str] | None = None,
    take_ratio: float = 0.3,
    only_unserved: bool = False,
) -> list[Demand]:
    """The buildings of a grid, or of some addresses, with the lines that they are to have: a part of the households, one at least."""
    given = {"region_id": region_id, "grid": grid, "addresses": list(addresses) if addresses else None, "only_unserved": only_unserved}
    rows = session.execute(text(statement("fibre_demands", SQL)), given)
    return [Demand(row.code, row.lon, row.lat, max(1, ceil(row.households * take_ratio))) for row in rows]


def ask_designs(
    session: Session, region_id: int, demands: Sequence[Demand], wish: Wish, prefix: str = "FTTH"
) -> tuple[RouteGraph, list[FibreDesign]]:
    """The designs for these buildings, one for each area of a cabinet, and the graph with what is new in them along roads.

    Codes of what is new begin with ``prefix``. Errors as `design_areas`; two statements beside the graph's.
    """
    offices = list(session.execute(text(statement("fibre_offices", SQL)), {"region_id": region_id}).scalars())
    graph: RouteGraph = get_route_graph(session, region_id)
    if demands:
        lon, lat = places_of(demands).T
        graph = with_roads(graph, read_roads(session, region_id, box_around(lon, lat)))
    found = design_areas(graph, offices, demands, wish)
    return name_new(graph, found, prefix), found
