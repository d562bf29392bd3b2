"""Scenarios that planners enter: factors by place or grid, listed, added, deleted; with the examples of the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import InputError, NotFoundError
from app.planning.factors import Factor, read_factors
from app.planning.models import FACTOR_KINDS
from app.services.models.customers import PRODUCTS

NAME_LENGTH_MAX, NOTE_LENGTH_MAX = 60, 300
MOST_LINES, MOST_RATIO = 1_000_000, 100.0


@dataclass(frozen=True)
class NewFactor:
    """What a planner enters: a grid's code, or a place (lon, lat, EPSG:4490) whose community is meant; lines or a ratio by the kind."""

    scenario: str
    kind: str
    product: str
    from_on: date
    grid: str | None = None
    place: tuple[float, float] | None = None
    lines: int | None = None
    ratio: float | None = None
    until_on: date | None = None
    note: str | None = None


def add_factor(session: Session, region_id: int, new: NewFactor) -> int:
    """The key of a new factor.

    Raises
    ------
    InputError
        ``FACTOR_INVALID`` with what is expected.
    NotFoundError
        ``GRID_UNKNOWN``, ``PLACE_OUTSIDE``.
    """
    _check(new)
    grid_id = _grid_of(session, region_id, new)
    lon, lat = new.place or (None, None)
    sql = """
        INSERT INTO growth_factor (region_id, scenario, kind, grid_id, product, line_count, ratio, from_on, until_on, note, geom)
        VALUES (:region_id, :scenario, :kind, :grid_id, :product, :lines, :ratio, :from_on, :until_on, :note,
                CASE WHEN CAST(:lon AS float) IS NOT NULL THEN ST_SetSRID(ST_MakePoint(:lon, :lat), 4490) END)
        RETURNING id"""
    values = {
        "region_id": region_id, "scenario": new.scenario.strip(), "kind": new.kind, "grid_id": grid_id, "product": new.product,
        "lines": new.lines, "ratio": new.ratio, "from_on": new.from_on, "until_on": new.until_on, "lon": lon, "lat": lat,
        "note": (new.note or "").strip() or None,
    }  # fmt: skip
    return session.execute(text(sql), values).scalar_one()


def drop_factor(session: Session, region_id: int, factor_id: int) -> None:
    """Delete a factor.

    Raises
    ------
    NotFoundError
        ``FACTOR_UNKNOWN``.
    """
    sql = text("DELETE FROM growth_factor WHERE region_id = :region_id AND id = :id")
    if session.execute(sql, {"region_id": region_id, "id": factor_id}).rowcount == 0:
        raise NotFoundError("FACTOR_UNKNOWN", "There is no such factor.", subject=str(factor_id))


def list_factors(session: Session, region_id: int) -> Sequence:
    """All factors that were entered, by scenario, with grid and place."""
    sql = """
        SELECT f.id, f.scenario, f.kind, g.code AS grid, g.name_zh, g.name_en, f.product, f.line_count, f.ratio, f.from_on, f.until_on,
               f.note, ST_X(f.geom) AS lon, ST_Y(f.geom) AS lat
        FROM growth_factor f JOIN grid g ON g.region_id = :region_id AND g.id = f.grid_id
        WHERE f.region_id = :region_id ORDER BY f.scenario, f.id"""
    return session.execute(text(sql), {"region_id": region_id}).all()


def list_scenarios(session: Session, region_id: int) -> list[str]:
    """The names of all scenarios, those of the file first."""
    sql = text("SELECT DISTINCT scenario FROM growth_factor WHERE region_id = :region_id ORDER BY scenario")
    return list(dict.fromkeys([*(row.scenario for row in read_factors()), *session.execute(sql, {"region_id": region_id}).scalars()]))


def find_factors(session: Session, region_id: int, scenario: str | None) -> list[Factor]:
    """The factors of a scenario, of the file and entered; none for none.

    Raises
    ------
    InputError
        ``SCENARIO_UNKNOWN``.
    """
    if not scenario:
        return []
    entered = [
        Factor(row.scenario, row.kind, row.grid, row.product, row.line_count, row.ratio, row.from_on.isoformat(),
               row.until_on and row.until_on.isoformat(), row.note)
        for row in list_factors(session, region_id) if row.scenario == scenario
    ]  # fmt: skip
    found = [*(row for row in read_factors() if row.scenario == scenario), *entered]
    if not found:
        known = ", ".join(list_scenarios(session, region_id))
        raise InputError("SCENARIO_UNKNOWN", "there is no such scenario", found=scenario[:60], expected=known)
    return found


def _grid_of(session: Session, region_id: int, new: NewFactor) -> int:
    if new.grid:
        sql = text("SELECT id FROM grid WHERE region_id = :region_id AND code = upper(btrim(:code))")
        found = session.execute(sql, {"region_id": region_id, "code": new.grid}).scalar()
        if found is None:
            raise NotFoundError("GRID_UNKNOWN", f"there is no grid {new.grid[:20]}", found=new.grid[:20], next_step="choose one on the map")
        return found
    sql = """SELECT id FROM grid WHERE region_id = :region_id AND level = 3
             AND ST_Covers(geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4490)) ORDER BY code LIMIT 1"""
    found = session.execute(text(sql), {"region_id": region_id, "lon": new.place[0], "lat": new.place[1]}).scalar()
    if found is None:
        told = f"{new.place[0]} {new.place[1]}"
        raise NotFoundError("PLACE_OUTSIDE", "no community lies there", found=told, next_step="choose another place")
    return found


def _check(new: NewFactor) -> None:
    is_building = new.kind == "new_building"
    amount = new.lines if is_building else new.ratio
    rules = [
        ("scenario", new.scenario, 0 < len(new.scenario.strip()) <= NAME_LENGTH_MAX and new.scenario.isprintable(), "a name"),
        ("kind", new.kind, new.kind in FACTOR_KINDS, ", ".join(FACTOR_KINDS)),
        ("product", new.product, new.product in PRODUCTS, ", ".join(PRODUCTS)),
        ("lines" if is_building else "ratio", amount, amount is not None and 0 < amount <= (MOST_LINES if is_building else MOST_RATIO),
         f"1 to {MOST_LINES} lines" if is_building else f"a number above 0, up to {MOST_RATIO:g}"),
        ("until_on", new.until_on, new.until_on is None or new.until_on >= new.from_on, "not before it begins"),
        ("note", len(new.note or ""), len(new.note or "") <= NOTE_LENGTH_MAX, f"at most {NOTE_LENGTH_MAX} letters"),
        ("place", new.place, bool(new.grid) or new.place is not None, "a grid's code, or a place"),
    ]  # fmt: skip
    for name, found, is_right, expected in rules:
        if not is_right:
            told = "a factor lacks its figure, or one is wrong"
            raise InputError("FACTOR_INVALID", told, name, None if found is None else str(found)[:60], expected, "correct it")
