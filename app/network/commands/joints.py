"""Patches and jumpers are made and taken away, whole joints at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import RuleError
from app.network.rules.terminations import parse_end

MOVED_KINDS = ("patch", "jumper")


@dataclass(frozen=True)
class Joining:
    """A joint to be made between two terminations (``end_key``), inside a piece of equipment."""

    one: int
    other: int
    kind: str
    equipment_id: int | None


def make_joints(session: Session, region_id: int, joinings: Sequence[Joining]) -> int:
    """How many joints were made; those that stand already are left.

    Raises
    ------
    RuleError
        ``TERMINATION_JOINED`` where one of the ends is joined to something else.
    """
    mates = find_mates(session, region_id, [end for one in joinings for end in (one.one, one.other)])
    wanted = [one for one in joinings if mates.get(one.one) != one.other]
    for one in wanted:
        for end in (one.one, one.other):
            if end in mates:
                raise RuleError(
                    "TERMINATION_JOINED", "an end of the joint is joined to something else", subject=_told(session, region_id, end),
                    found=_told(session, region_id, mates[end]), next_step="take that joint away, or choose another",
                )  # fmt: skip
    made = text(
        "INSERT INTO joint (region_id, kind, equipment_id) SELECT :region_id, kind, equipment_id"
        " FROM unnest(CAST(:kinds AS text[]), CAST(:owners AS bigint[])) AS j (kind, equipment_id) RETURNING id"
    )
    if not wanted:
        return 0
    given = {"region_id": region_id, "kinds": [one.kind for one in wanted], "owners": [one.equipment_id for one in wanted]}
    keys = session.execute(made, given).scalars().all()
    _add_ends(session, region_id, list(zip(keys, wanted, strict=True)))
    return len(wanted)


def _add_ends(session: Session, region_id: int, joints: list[tuple[int, Joining]]) -> None:
    rows = []
    for key, one in joints:
        for end, mate in ((one.one, one.other), (one.other, one.one)):
            found = parse_end(end)
            is_port = found.kind == "port"
            rows.append((key, None if is_port else found.id, found.id if is_port else None, found.face, mate))
    sql = text(
        "INSERT INTO joint_end (region_id, joint_id, conductor_id, port_id, face, mate_key) SELECT :region_id, x.*"
        " FROM unnest(CAST(:joints AS bigint[]), CAST(:conductors AS bigint[]), CAST(:ports AS bigint[]), CAST(:faces AS smallint[]),"
        " CAST(:mates AS bigint[])) AS x"
    )
    names = ("joints", "conductors", "ports", "faces", "mates")
    session.execute(
        sql, {"region_id": region_id, **{name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}}
    )


def part_joints(session: Session, region_id: int, pairs: Sequence[tuple[int, int]]) -> int:
    """How many patches and jumpers between these pairs of terminations were taken away; splices and terminations stay."""
    if not pairs:
        return 0
    given = {"region_id": region_id, "ones": [one for one, _ in pairs], "others": [other for _, other in pairs], "kinds": list(MOVED_KINDS)}
    found = (
        session.execute(
            text(
                "SELECT j.id FROM unnest(CAST(:ones AS bigint[]), CAST(:others AS bigint[])) AS x (one, other)"
                " JOIN joint_end e ON e.region_id = :region_id AND e.end_key = x.one AND e.mate_key = x.other"
                " JOIN joint j ON j.region_id = :region_id AND j.id = e.joint_id AND j.kind = ANY(:kinds) ORDER BY j.id"
            ),
            given,
        )
        .scalars()
        .all()
    )
    for table, column in (("joint_end", "joint_id"), ("joint", "id")):
        sql = text(f"DELETE FROM {table} WHERE region_id = :region_id AND {column} = ANY(:ids)")  # noqa: S608 - names of ours
        session.execute(sql, {"region_id": region_id, "ids": found})
    return len(found)


def find_mates(session: Session, region_id: int, ends: Sequence[int]) -> dict[int, int]:
    """What each of these terminations is joined to; those without a joint are left out."""
    sql = text("SELECT end_key, mate_key FROM joint_end WHERE region_id = :region_id AND end_key = ANY(:ends)")
    return dict(session.execute(sql, {"region_id": region_id, "ends": list(ends)}).all())


def _told(session: Session, region_id: int, end: int) -> str | None:
    """The code of what a termination belongs to."""
    found = parse_end(end)
    names = {
        "port": "SELECT e.code || '/' || p.no FROM port p JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id"
        " WHERE p.region_id = :region_id AND p.id = :id",
        "conductor": "SELECT b.code || '/' || s.code || ':' || n.no FROM conductor n JOIN cable_segment s ON s.region_id = :region_id"
        " AND s.id = n.segment_id JOIN cable b ON b.region_id = :region_id AND b.id = s.cable_id"
        " WHERE n.region_id = :region_id AND n.id = :id",
    }
    return session.execute(text(names[found.kind]), {"region_id": region_id, "id": found.id}).scalar()
