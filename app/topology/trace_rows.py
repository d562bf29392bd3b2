"""What a trace reads: three statements, however many joints there are and however many traces are asked for at once."""
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from app.core.prepared import ask
from app.network.rules.terminations import SPLIT_IN
from app.topology.continuity import Groups, Joints, PortSide, Thing, group_ports, start_keys
from app.topology.statements import query

# So many joints of one question at most: a PON of 128 branches has some thousand.
MOST_JOINTS = 50_000


@dataclass(frozen=True)
class JointRow:
    """A joint on the way; ``equipment_id`` is that in which it lies."""

    id: int
    kind: str
    loss_db: float | None
    life: str
    tray_no: str | None
    equipment_id: int | None


@dataclass(frozen=True)
class Reading:
    """Everything that was read for some traces.

    Attributes
    ----------
    mates
        For each start its joints: termination to (mate, key of the joint).
    things
        Rows of ``trace_things.sql`` by (kind, id).
    claims
        Rows of ``trace_claims.sql``.
    is_cut_off
        True where there are more joints than were read.
    """

    mates: Sequence[Mapping[int, tuple[int, int]]]
    joints: Mapping[int, JointRow]
    things: Mapping[Thing, Mapping]
    claims: Sequence[Mapping]
    is_cut_off: bool
    sides: Mapping[int, PortSide]

    @cached_property
    def groups(self) -> Groups:
        return group_ports(self.sides)

    def joints_of(self, start_no: int) -> Joints:
        return Joints(self.mates[start_no], self.sides, self.groups)


def read_ways(session: Session, region_id: int, starts: Sequence[Thing], with_lines: bool = False, most: int = MOST_JOINTS) -> Reading:
    """What hangs on each of these strands, pairs or ports. Three statements."""
    keys = [(no, key) for no, start in enumerate(starts) for key in start_keys(start)]
    given = {"region_id": region_id, "nos": [no for no, _ in keys], "keys": [key for _, key in keys], "most": most + 1}
    rows = ask(session, query("trace_walk"), given).all()
    mates: list[dict[int, tuple[int, int]]] = [{} for _ in starts]
    joints = {}
    for start_no, end_key, mate_key, joint_id, *joint in rows[:most]:
        mates[start_no][end_key] = (mate_key, joint_id)
        if joint_id not in joints:
            joints[joint_id] = JointRow(joint_id, *joint)
    passed = _passed(starts, mates, joints)
    inputs = _entered(starts, mates)
    told = _told(session, "trace_things", region_id, passed, inputs=inputs, with_lines=with_lines)
    things = {(row["kind"], row["id"]): row for row in told}
    if inputs:
        passed["ports"] = [key for kind, key in things if kind == "port"]
    claims = _told(session, "trace_claims", region_id, passed)
    return Reading(mates, joints, things, claims, len(rows) > most, _sides(things))


def _told(session: Session, name: str, region_id: int, passed: Mapping[str, list[int]], **more) -> list[dict]:
    found = ask(session, query(name), {"region_id": region_id, **passed, **more})
    names = tuple(found.keys())
    return [dict(zip(names, row)) for row in found]  # noqa: B905 - a row has a value for each name


def _passed(starts: Iterable[Thing], mates: Iterable[Mapping], joints: Mapping[int, JointRow]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for kind, key in starts:
        found[kind].add(key)
    for ends in mates:
        for end, (mate, _) in ends.items():
            for key in (end, mate):
                found["conductor" if key & 7 < 4 else "port"].add(key >> 3)
    lying = {joint.equipment_id for joint in joints.values() if joint.equipment_id is not None}
    return {"conductors": list(found["conductor"]), "ports": list(found["port"]), "equipment": list(lying)}


def _entered(starts: Iterable[Thing], mates: Iterable[Mapping]) -> list[int]:
    """Inputs of splitters that the way enters from above, and ports at which it begins: all outputs in use hang on them, joined or not."""
    found = {key for kind, key in starts if kind == "port"}
    found.update(mate >> 3 for ends in mates for mate, _ in ends.values() if mate & 7 == SPLIT_IN + 4)
    return list(found)


def _sides(things: Mapping[Thing, Mapping]) -> dict[int, PortSide]:
    sides = {}
    for (kind, key), row in things.items():
        if kind == "port":
            group = (row["owner_id"], row["split_no"]) if row["split_no"] is not None else None
            sides[key] = PortSide(row["role"], group, natural(row["no"]))
    return sides


def natural(no: str) -> tuple:
    """A number as people order it: OUT-9 before OUT-10."""
    parts, digits = [], ""
    for letter in no + " ":
        if letter.isdigit() and letter.isascii():
            digits += letter
            continue
        if digits:
            parts.append((0, int(digits), ""))
            digits = ""
        parts.append((1, 0, letter))
    return tuple(parts)
