"""A design asked for an area or for addresses: what is read from the network, and the design."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.network.statements import statement
from app.planning.fibre.boxes import Demand
from app.planning.fibre.design import FibreDesign, Wish, design_areas
from app.topology.route_graph import get_route_graph

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


def ask_designs(session: Session, region_id: int, demands: Sequence[Demand], wish: Wish) -> list[FibreDesign]:
    """The designs for these buildings, one for each area of a cabinet; errors as `design_areas`. Two statements beside the graph's."""
    offices = list(session.execute(text(statement("fibre_offices", SQL)), {"region_id": region_id}).scalars())
    return design_areas(get_route_graph(session, region_id), offices, demands, wish)
