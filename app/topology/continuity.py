"""Ways put together from joints: what comes after what, in which branch, and where the way ends. Pure: keys in, steps out."""
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.network.rules.terminations import (
    A_END,
    BACK,
    FRONT,
    SPLIT_IN,
    SPLIT_OUT,
    Z_END,
    conductor_end,
    other_side,
    parse_end,
    port_end,
)

Thing = tuple[str, int]
_FACES = {
    "conductor": ((A_END,), (Z_END,)), "panel": ((BACK,), (FRONT,)), "plain": ((FRONT,),), "split_in": ((SPLIT_IN,), ()),
    "split_out": ((SPLIT_OUT,), ()),
}  # fmt: skip


@dataclass(frozen=True)
class PortSide:
    """What a port is on the way: its role, and the group of a splitter to which it belongs."""

    role: str
    group: tuple[int, int] | None = None
    no: tuple = ()


@dataclass(frozen=True)
class Step:
    """One thing on the way.

    Attributes
    ----------
    no
        From 1, in the order in which the way is told; a branch stands wholly behind the thing at which it parts.
    parent
        The step before it; None for the first.
    joint
        Key of the joint by which it was reached; None for the first, and inside a splitter.
    depth
        How often the way has parted before.
    """

    no: int
    parent: int | None
    thing: Thing
    joint: int | None
    depth: int


@dataclass(frozen=True)
class Way:
    """Everything that hangs on a thing, from end to end where it doesn't part.

    Attributes
    ----------
    start
        Number of the step that was asked for.
    loops
        Steps behind which the way comes back to something that it has passed, and what that is.
    climbs
        True where the way goes from a splitter's output to its input, so that the other outputs are left out.
    """

    steps: tuple[Step, ...]
    start: int
    loops: tuple[tuple[int, Thing], ...] = ()
    climbs: bool = False


Groups = Mapping[tuple, Sequence[int]]


def group_ports(sides: Mapping[int, PortSide]) -> Groups:
    """The ports of each side of each splitter, in the order of their numbers."""
    groups: dict[tuple, list[int]] = defaultdict(list)
    for key, side in sides.items():
        if side.group:
            groups[side.group, side.role].append(key)
    for ports in groups.values():
        ports.sort(key=lambda key: (sides[key].no, key))
    return groups


@dataclass(frozen=True)
class Joints:
    """The joints around one start: ``mates`` gives for each termination its mate and the joint; ``sides`` and ``groups`` tell of ports."""

    mates: Mapping[int, tuple[int, int]]
    sides: Mapping[int, PortSide]
    groups: Groups

    def across(self, port_id: int) -> Sequence[int]:
        """The ports on the other side of a splitter, as far as they are used."""
        side = self.sides[port_id]
        return self.groups.get((side.group, "split_out" if side.role == "split_in" else "split_in"), ())


def start_keys(thing: Thing) -> list[int]:
    """Every termination that a strand, pair or port may have."""
    kind, key = thing
    faces = (A_END, Z_END) if kind == "conductor" else (BACK, FRONT, SPLIT_IN, SPLIT_OUT)
    make = conductor_end if kind == "conductor" else port_end
    return [make(key, face) for face in faces]


def follow(start: Thing, joints: Joints) -> Way:
    """The whole way through a thing.

    It begins at the thing where that is an end; else, where one direction doesn't part, at that direction's end, the one with a line port
    first, so that the same chain is told alike from wherever it is asked; else at the thing, and goes both ways.
    """
    walker = _Walker(joints, {start})
    arms = [walker.walk(start, leaving) for leaving in _leavings(start, joints)]
    arms = [arm for arm in arms if arm]
    turned = _turned_first(arms, joints) if len(arms) > 1 else None
    if turned is None:
        steps = [Step(1, None, start, None, 0)]
        for arm in arms:
            steps += _shifted(arm, len(steps), 1)
        return walker.way(start, steps)
    rest = [arm for arm in arms if arm is not turned]
    steps = _reversed(start, turned)
    origin = len(steps)
    for arm in rest:
        steps += _shifted(arm, len(steps), origin)
    return walker.way(start, steps)


def follow_straight(start: Thing, leaving: int, joints: Joints) -> list[tuple[Thing, int]]:
    """What is passed on leaving a thing by one termination, each with the termination by which it is entered, until the way parts."""
    found, seen, key = [], {start}, leaving
    while (mate := joints.mates.get(key)) is not None:
        reached = parse_end(mate[0])
        thing = (reached.kind, reached.id)
        if thing in seen:
            break
        seen.add(thing)
        found.append((thing, mate[0]))
        side = joints.sides.get(reached.id) if reached.kind == "port" else None
        if reached.kind == "port" and (side is None or side.role != "panel"):
            break
        key = mate[0] ^ 1
    return found


def children(steps: Sequence[Step]) -> dict[int | None, list[Step]]:
    """The steps behind each step."""
    found: dict[int | None, list[Step]] = defaultdict(list)
    for step in steps:
        found[step.parent].append(step)
    return found


def _leavings(start: Thing, joints: Joints) -> list[list[int]]:
    """For each of the two directions of a thing the terminations by which it is left."""
    kind, key = start
    if kind == "conductor":
        return [[conductor_end(key, face) for face in faces] for faces in _FACES["conductor"]]
    side = joints.sides.get(key)
    if side is None:
        return []
    own = [[port_end(key, face) for face in faces] for faces in _FACES[side.role]]
    if side.group:
        own[1] = [port_end(other, SPLIT_OUT if side.role == "split_in" else SPLIT_IN) for other in joints.across(key)]
    return own


class _Walker:
    """Walks from one thing; passes nothing twice."""

    def __init__(self, joints: Joints, seen: set[Thing]) -> None:
        self.joints, self.seen = joints, seen
        self.loops: list[tuple[Thing, Thing]] = []
        self.climbs = False

    def walk(self, start: Thing, leaving: list[int]) -> list[Step]:
        """The steps of one direction, numbered from 1; the parent of the first is 0, the start itself."""
        steps: list[Step] = []
        stack = [(key, 0, start, int(len(leaving) > 1)) for key in reversed(leaving)]
        while stack:
            leave, parent, before, depth = stack.pop()
            end = parse_end(leave)
            inside = (end.kind, end.id)
            if inside != before:
                if not self._enter(inside, before):
                    continue
                self.climbs |= end.face == SPLIT_IN
                steps.append(Step(len(steps) + 1, parent, inside, None, depth))
                parent, before = len(steps), inside
            mate = self.joints.mates.get(leave)
            if mate is None:
                continue
            reached = parse_end(mate[0])
            thing = (reached.kind, reached.id)
            if not self._enter(thing, before):
                continue
            steps.append(Step(len(steps) + 1, parent, thing, mate[1], depth))
            onward = self._onward(mate[0], thing)
            deeper = depth + (len(onward) > 1)
            stack += [(key, len(steps), thing, deeper) for key in reversed(onward)]
        return steps

    def _enter(self, thing: Thing, before: Thing) -> bool:
        if thing in self.seen:
            self.loops.append((before, thing))
            return False
        self.seen.add(thing)
        return True

    def _onward(self, key: int, thing: Thing) -> list[int]:
        across = other_side(key)
        if thing[0] == "conductor":
            return [across]
        side = self.joints.sides.get(thing[1])
        if side is None or side.role == "plain":
            return []
        if side.role == "panel":
            return [across]
        face = SPLIT_OUT if side.role == "split_in" else SPLIT_IN
        return [port_end(port, face) for port in self.joints.across(thing[1])]

    def way(self, start: Thing, steps: list[Step]) -> Way:
        no_of = {step.thing: step.no for step in steps}
        return Way(tuple(steps), no_of[start], tuple((no_of[before], thing) for before, thing in self.loops), self.climbs)


def _turned_first(arms: list[list[Step]], joints: Joints) -> list[Step] | None:
    """The arm to be told backwards before the start: one that doesn't part."""
    straight = [arm for arm in arms if len({step.parent for step in arm}) == len(arm)]
    lines = [arm for arm in straight if arm[-1].thing[0] == "port" and joints.sides[arm[-1].thing[1]].role == "plain"]
    if lines and len(lines) == len(straight) > 1:
        return min(lines, key=lambda arm: arm[-1].thing[1])
    if not lines and len(straight) > 1:
        return min(straight, key=lambda arm: arm[-1].thing)
    return (lines or straight or [None])[0]


def _reversed(start: Thing, arm: list[Step]) -> list[Step]:
    """A straight arm from its end to the start, which is the last step."""
    things = [start, *(step.thing for step in arm)]
    joints = [step.joint for step in arm]
    steps = []
    for no, thing in enumerate(reversed(things), start=1):
        joint = joints[len(joints) + 1 - no] if no > 1 else None
        steps.append(Step(no, no - 1 if no > 1 else None, thing, joint, 0))
    return steps


def _shifted(arm: list[Step], by: int, origin: int) -> list[Step]:
    """An arm numbered behind the steps that are there; what hung on the start hangs on ``origin``."""
    return [Step(step.no + by, step.parent + by if step.parent else origin, step.thing, step.joint, step.depth) for step in arm]
