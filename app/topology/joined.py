"""What is joined to what, told in full: ports and conductors of an owner page by page, and the ways out of terminations."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.topology.statements import query

LONGEST = 500
# The widest tree passes some hundred joints; what lies beyond is counted and not listed.
HOPS_MAX = 400


def list_ports_joined(
    session: Session, region_id: int, equipment_id: int, after: int, limit: int, card_id: int | None = None
) -> list[dict]:
    """Ports by key after ``after``, each with what is joined to its back and front, and its circuit, service and customer.

    ``total`` counts them all. One statement.
    """
    given = {"region_id": region_id, "id": equipment_id, "card_id": card_id, "after": after, "limit": limit}
    return [dict(row) for row in session.execute(query("ports_joined"), given).mappings()]


def list_conductors_joined(session: Session, region_id: int, segment_id: int, after: int, limit: int) -> list[dict]:
    """Strands or pairs by key after ``after``, each with what is joined to its A and Z end, and who uses it. One statement."""
    given = {"region_id": region_id, "id": segment_id, "after": after, "limit": limit}
    return [dict(row) for row in session.execute(query("conductors_joined"), given).mappings()]


def list_joint_ends(session: Session, region_id: int, joint_id: int) -> list[dict]:
    """The two things that a joint joins."""
    given = {"region_id": region_id, "id": joint_id, "after": -1, "limit": 2}
    return [dict(row) for row in session.execute(query("joint_ends"), given).mappings()]


def list_ways(session: Session, region_id: int, starts: Sequence[int], limit: int = HOPS_MAX) -> dict[int, list[dict]]:
    """The hops out of each termination, nearest first and branch behind branch; a termination without a joint is left out.

    Parameters
    ----------
    starts
        ``end_key`` of the terminations, see ``network.rules.terminations``.
    limit
        So many hops of each at most; ``total`` of a hop counts all.
    """
    ways: dict[int, list[dict]] = {}
    if not starts:
        return ways
    given = {"region_id": region_id, "starts": list(starts), "longest": LONGEST, "limit": limit}
    for row in session.execute(query("ways"), given).mappings():
        ways.setdefault(row["start_key"], []).append(dict(row))
    return ways


def list_starts(session: Session, region_id: int, ports: Sequence[int]) -> dict[int, list[int]]:
    """For each port of access, the ``end_key`` of the terminations at which the way to the office may begin."""
    starts: dict[int, list[int]] = {}
    if not ports:
        return starts
    for port, end_key in session.execute(query("starts"), {"region_id": region_id, "ports": list(ports)}):
        starts.setdefault(port, []).append(end_key)
    return starts
