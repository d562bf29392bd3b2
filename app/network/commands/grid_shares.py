"""Where things lie: the community of each structure, and the part of each line's length in each community."""
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.network.statements import filled, statement, table_name

# From so many sections on, each polygon is asked for its sections instead of each section for its polygons.
MANY = 2000


def settle_structure_grids(session: Session, region_id: int, ids: Sequence[int] | None = None) -> int:
    """How many structures without a community were given the one whose polygon holds them; those outside keep none.

    Parameters
    ----------
    ids
        Keys of the structures to look at; None looks at all.
    """
    session.flush()
    narrowed = "" if ids is None else "AND s.id = ANY(:ids)"
    given = {"region_id": region_id} if ids is None else {"region_id": region_id, "ids": list(ids)}
    return session.execute(text(filled("structure_grids", narrowed=narrowed)), given).rowcount


def settle_grid_shares(session: Session, region_id: int, owners: str | None = None) -> None:
    """Write the shares of sections and segments, each line's summing to 1; tallies are settled afterwards, in the same transaction.

    Parameters
    ----------
    owners
        A temporary table (kind, id); None writes the shares of the whole region. Segments that follow one of its
        sections are added to it, since they lie where their sections lie.
    """
    session.flush()
    if owners is not None:
        _add_followers(session, region_id, table_name(owners))
        if not _count(session, owners, "section", "segment"):
            return
    joins = _joins(owners)
    few = owners is not None and _count(session, owners, "section") < MANY
    touching = filled("section_touching_some", sections=joins["sections"]) if few else statement("section_touching_all")
    _execute(session, region_id, "DROP TABLE IF EXISTS pg_temp.share_fresh")
    _execute(session, region_id, filled("section_shares", touching=touching, sections=joins["sections"]))
    _execute(session, region_id, "ANALYZE pg_temp.share_fresh")
    _write(session, region_id, "section", joins["shares"])
    if not few:
        _execute(session, region_id, "ANALYZE grid_share")
    _execute(session, region_id, filled("segment_shares", runs=joins["runs"], segments=joins["segments"]))
    _execute(session, region_id, "ANALYZE pg_temp.share_fresh")
    _write(session, region_id, "segment", joins["shares"])
    _execute(session, region_id, "DROP TABLE pg_temp.share_fresh")


def _joins(owners: str | None) -> dict[str, str]:
    if owners is None:
        return dict.fromkeys(("sections", "segments", "runs", "shares"), "")
    return {
        "sections": f"JOIN {owners} w ON w.kind = 'section' AND w.id = s.id",
        "segments": f"JOIN {owners} w ON w.kind = 'segment' AND w.id = s.id",
        "runs": f"JOIN {owners} w ON w.kind = 'segment' AND w.id = r.segment_id",
        "shares": f"JOIN {owners} w ON w.kind = h.owner_kind AND w.id = h.owner_id",
    }


def _add_followers(session: Session, region_id: int, owners: str) -> None:
    _execute(
        session, region_id,
        f"INSERT INTO {owners} (kind, id) SELECT DISTINCT 'segment', r.segment_id FROM {owners} w"  # noqa: S608
        " JOIN cable_run r ON r.region_id = :region_id AND r.section_id = w.id WHERE w.kind = 'section'"
        f" AND NOT EXISTS (SELECT FROM {owners} o WHERE o.kind = 'segment' AND o.id = r.segment_id)",
    )
    session.execute(text(f"ANALYZE {owners}"))


def _count(session: Session, owners: str, *kinds: str) -> int:
    return session.execute(text(f"SELECT count(*) FROM {owners} WHERE kind = ANY(:kinds)"), {"kinds": list(kinds)}).scalar_one()  # noqa: S608


def _write(session: Session, region_id: int, owner_kind: str, shares: str) -> None:
    for part in filled("grid_share_write", owner_kind=owner_kind, shares=shares).split(";\n"):
        _execute(session, region_id, part)


def _execute(session: Session, region_id: int, sql: str) -> None:
    session.execute(text(sql), {"region_id": region_id})
