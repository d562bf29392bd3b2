"""What a thing on the map is and holds. A fixed number of statements for each kind, however much it holds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.maps.layers import THINGS
from app.maps.queries import statement
from app.services.queries.areas import keep_inside

ROWS_MAX = 100
MEMBERS_MAX = 2500
GRID_KINDS = ["port", "terminal", "splitter_output", "strand", "pair", "duct", "subduct", "rack_unit", "slot"]


@dataclass(frozen=True)
class Plan:
    """The statements for one kind of thing.

    Attributes
    ----------
    groups
        What it holds: name of the group -> (statement, kind of its rows, how many rows at most).
    tallies
        The kinds of tally that belong to it, and the statement that reads them.
    """

    groups: dict[str, tuple[str, str | None, int]]
    tallies: tuple[str, list[str]] | None = None


@dataclass(frozen=True)
class Group:
    """Rows that a thing holds; ``total`` counts those beyond the limit as well."""

    kind: str | None
    rows: list[dict]
    total: int


@dataclass(frozen=True)
class Thing:
    """A thing with its counts and what it holds; the geometry is GeoJSON text, lon before lat, EPSG:4490."""

    kind: str
    head: dict
    tallies: list[dict]
    groups: dict[str, Group]


PLANS = {
    "grid": Plan(
        {
            "children": ("grid_children", "grid", ROWS_MAX),
            "units": ("grid_units", None, ROWS_MAX),
            "structures": ("grid_structures", None, ROWS_MAX),
        },
        ("grid_tallies", GRID_KINDS),
    ),
    "structure": Plan(
        {
            "equipment": ("structure_equipment", "equipment", ROWS_MAX),
            "racks": ("structure_racks", "rack", ROWS_MAX),
            "sections": ("structure_sections", "section", ROWS_MAX),
            "segments": ("structure_segments", "segment", ROWS_MAX),
        }
    ),
    "section": Plan(
        {"ducts": ("section_ducts", None, 1000), "segments": ("section_segments", "segment", ROWS_MAX)},
        ("owner_tallies", ["duct", "subduct"]),
    ),
    "segment": Plan(
        {"conductors": ("segment_conductors", None, 6000), "sections": ("segment_sections", "section", 400)},
        ("owner_tallies", ["strand", "pair"]),
    ),
    "cable": Plan({"segments": ("cable_segments", "segment", ROWS_MAX)}),
    "equipment": Plan(
        {"cards": ("equipment_cards", None, ROWS_MAX), "ports": ("equipment_ports", None, MEMBERS_MAX)},
        ("owner_tallies", ["port", "terminal", "splitter_output", "slot"]),
    ),
    "rack": Plan({"rack_equipment": ("rack_equipment", "equipment", ROWS_MAX)}, ("owner_tallies", ["rack_unit", "rack_w"])),
    "building": Plan({}, ("owner_tallies", ["home"])),
    "unmet_request": Plan({}),
    "switch_office": Plan({}),
    "circuit": Plan({}, ("owner_tallies", ["channel", "pon_split", "uplink_mbit"])),
}

# Kinds that a search flies to; a site is told as its structure.
ON_MAP = {*PLANS, "site"}


def get_thing(session: Session, region_id: int, kind: str, thing_id: int, grids: tuple[int, ...] | None = None) -> Thing:
    """The thing of that kind and key; a site is told as the structure that houses it.

    Parameters
    ----------
    grids
        Of what it holds, only what lies in these; None is all of it. Whether it lies there itself is the gate's question.

    Raises
    ------
    NotFoundError
        ``KIND_UNKNOWN`` or ``THING_UNKNOWN``.
    """
    key = {"region_id": region_id, "id": thing_id}
    if kind == "site":
        kind, key["id"] = "structure", session.scalar(statement("site_structure"), key)
    plan = PLANS.get(kind)
    if plan is None:
        raise NotFoundError("KIND_UNKNOWN", "There is no such kind of thing.", found=kind, expected=", ".join([*PLANS, "site"]))
    head = session.execute(statement(f"thing_{kind}"), key).mappings().one_or_none()
    if head is None:
        raise NotFoundError("THING_UNKNOWN", "There is no such thing.", subject=f"{kind} {thing_id}")
    groups = {name: read_group(session, key, *parts) for name, parts in plan.groups.items()}
    return Thing(kind, dict(head), read_tallies(session, key, plan), narrow_groups(session, region_id, groups, grids))


def narrow_groups(session: Session, region_id: int, groups: dict[str, Group], grids: tuple[int, ...] | None) -> dict[str, Group]:
    """The groups with only those of their rows that lie in the grids; rows that are no things of their own stay with what holds them."""
    if grids is None:
        return groups
    things = [(group.kind, row["id"]) for group in groups.values() if group.kind for row in group.rows]
    kept = keep_inside(session, region_id, grids, things)
    return {name: _narrow_group(group, kept) for name, group in groups.items()}


def _narrow_group(group: Group, kept: set[tuple[str, int]]) -> Group:
    rows = [row for row in group.rows if group.kind is None or (group.kind, row["id"]) in kept]
    return group if len(rows) == len(group.rows) else Group(group.kind, rows, len(rows))


def list_briefs(
    session: Session, region_id: int, wanted: dict[str, list[int]], grids: tuple[int, ...] | None = None
) -> dict[tuple[str, int], dict]:
    """What tells things apart, by (kind, key), in one statement: code, names, kind, model, and every plain column of their rows.

    Parameters
    ----------
    wanted
        Keys by kind of thing, each of ``app.maps.layers.THINGS``. Those that are not there are left out.
    grids
        Only what lies in these; None is the whole region.
    """
    keys = {kind: wanted.get(kind, []) for kind in THINGS}
    if grids is not None:
        kept = keep_inside(session, region_id, grids, [(kind, key) for kind, found in keys.items() for key in found])
        keys = {kind: [key for key in found if (kind, key) in kept] for kind, found in keys.items()}
    rows = session.execute(statement("briefs"), {"region_id": region_id, **keys}).mappings()
    return {(row["thing"], row["id"]): dict(row) for row in rows}


def read_group(session: Session, key: dict, name: str, kind: str | None, limit: int) -> Group:
    """The rows of one group."""
    rows = [dict(row) for row in session.execute(statement(name), {**key, "limit": limit}).mappings()]
    total = rows[0].pop("total", len(rows)) if rows else 0
    return Group(kind, rows, total)


def read_tallies(session: Session, key: dict, plan: Plan) -> list[dict]:
    """The counts of the thing itself."""
    if plan.tallies is None:
        return []
    name, kinds = plan.tallies
    return [dict(row) for row in session.execute(statement(name), {**key, "kinds": kinds}).mappings()]
