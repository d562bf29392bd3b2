"""Lines of light: from a box over a splitter to a PON port."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import Any

from app.operations.lines import FULL, Search, hop_of, metres_of, start_line, unfit
from app.operations.rules.lines import Hop, Line, Reason, carriers_of
from app.services.rules.chains import Chain
from app.topology.trace_loss import class_named, class_of_port, joint_db, judge, splitter_db, strand_db_per_km

FACES = {"fibre": "conductor", "copper": "conductor", "plain": "active"}
NEIGHBOUR, FREE, JOINED = "neighbour", "nearest_free", "joined_already"


def find_pon_lines(search: Search, points: Sequence) -> list[Line]:
    """Lines from these access points, at least one of each; those that lack something tell what."""
    by_point = {point.id: point for point in points}
    ports = search.access_ports(by_point, splits=not search.skips_splitters, line_type="pon")
    walks = search.walk(row.leave_key for row in ports if row.leave_key)
    ends = {row.id: _end_of(walks[row.leave_key]) for row in ports if row.leave_key}
    cabinets = sorted({end.equipment_id for end in ends.values() if end is not None and end.role == "panel"})
    outputs = _spread(search.rows("cabinet_outputs", points=cabinets)) if cabinets else {}
    splitters = {row.splitter_id for row in ports if row.splitter_id}
    splitters |= {row.splitter_id for rows in outputs.values() for row in rows}
    splitters |= {row.equipment_id for walk in walks.values() for row in walk if row.role == "split_out"}
    trees: dict[tuple, Any] = {}
    for row in search.rows("splitter_trees", splitters=sorted(splitters)) if splitters else ():
        trees.setdefault(_group_of(row), row)
    up = search.walk(row.leave_key for row in trees.values() if _has_room(row) or not search.is_taking)
    found = _Finder(walks, outputs, trees, up)
    lines = _put_together(found, by_point, ports, ends)
    lacking = set(by_point) - {row.access_id for row in ports}
    return lines + [start_line(by_point[key], Reason("NO_FREE_TERMINAL", {"access": by_point[key].code})) for key in sorted(lacking)]


def _end_of(walk: Sequence):
    """The last thing of a way, or the first splitter's output on it."""
    return next((row for row in walk if row.role == "split_out"), walk[-1] if walk else None)


def _put_together(found: "_Finder", by_point: Mapping, ports: Sequence, ends: Mapping) -> list[Line]:
    """The line of each port, as far as they differ: all outputs of a splitter's group lead the same way, and where only something behind a
    port is full, it is so for all that come there from one access point.
    """
    lines, done = [], set()
    for port in ports:
        end = ends.get(port.id)
        way = (port.access_id, _group_of(port), end and (end.role, end.equipment_id))
        if way not in done:
            line = found.line(by_point[port.access_id], port)
            lines.append(line)
            if port.splitter_id or line.reasons and all(reason.code in FULL for reason in line.reasons):
                done.add(way)
    return lines


def _group_of(row) -> tuple[int, int]:
    """The splitter (key) and its group that an output or a tree belongs to; a splitter may hold several, each lit for itself."""
    return row.splitter_id, row.split_no


def _has_room(tree) -> bool:
    """Whether a splitter is lit by a tree that has a free channel."""
    return tree.tree_id is not None and tree.use == "in_use" and tree.free_channels > 0


def _spread(rows: Sequence) -> dict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.cabinet_id].append(row)
    return found


@dataclass(frozen=True)
class _Lit:
    """What lights a splitter: a row of ``splitter_trees.sql``, the PON port, and the way between, the same for all lines below.

    ``km`` is the length of the strands, ``joints_db`` and ``splits_db`` what the way loses; NaN where a splitter's loss is unknown.
    """

    tree: object
    head: object
    hops: tuple[Hop, ...]
    metres: float
    km: float
    joints_db: float
    splits_db: float


def _light(tree, way: Sequence) -> _Lit | None:
    """What lights a splitter by its tree and the way up; None where nothing does."""
    head = way[-1] if way and way[-1].role == "plain" else None
    if tree.tree_id is None or head is None:
        return None
    # What is passed above the splitter is the tree's own, told for the drawing.
    hops = tuple(hop_of(row, "tree") for row in way)
    splits = sum(splitter_db(count) or nan for count in (tree.outputs, *(row.outputs for row in way if row.outputs)))
    return _Lit(tree, head, hops, metres_of(way), _km_of(way), _joints(way, "split_in"), splits)


class _Finder:
    """Puts lines together from what was read; every free output is offered to one line only."""

    def __init__(self, walks: Mapping, outputs: Mapping, trees: Mapping, up: Mapping) -> None:
        self.walks, self.outputs, self.trees = walks, outputs, trees
        self.lit = {key: _light(tree, up.get(tree.leave_key, ())) for key, tree in trees.items()}

    def line(self, point, port) -> Line:
        """The line that begins at a free port."""
        first = Hop("port", port.id, port.code, port.role, why=FREE)
        if port.role == "split_out":
            return self._lit(start_line(point, hops=(first,)), _group_of(port), [], is_patched=False)
        walk = self.walks[port.leave_key]
        end = _end_of(walk)
        if end is None:
            return start_line(point, Reason("WAY_ENDS", {"access": point.code, "at": port.code}), hops=(first,))
        lower = walk[: walk.index(end)] if end.role == "split_out" else walk
        hops = (first, *map(hop_of, lower))
        line = replace(start_line(point, *unfit(lower), hops=hops), plant_m=metres_of(lower))
        if end.role == "split_out":
            line = replace(line, hops=(*hops, hop_of(end, JOINED)), reasons=(*line.reasons, *unfit([end])))
            return self._lit(line, (end.equipment_id, end.split_no), lower, is_patched=False)
        free = self.outputs.get(end.equipment_id, ())
        if not free:
            return replace(line, reasons=(*line.reasons, Reason("NO_FREE_SPLITTER", {"at": end.equipment_code})))
        chosen = min(free, key=lambda row: (not self._is_usable(_group_of(row)), free.index(row)))
        line = replace(line, hops=(*hops, Hop("port", chosen.id, chosen.code, "split_out", why=NEIGHBOUR)))
        return self._lit(line, _group_of(chosen), lower, is_patched=True)

    def _is_usable(self, group: tuple) -> bool:
        tree = self.trees.get(group)
        return tree is not None and _has_room(tree)

    def _lit(self, line: Line, group: tuple, lower: Sequence, *, is_patched: bool) -> Line:
        """The line with its tree: who lights the splitter, and what the whole way loses."""
        tree, lit = self.trees.get(group), self.lit.get(group)
        full = () if tree is None or tree.tree_id is None or tree.free_channels > 0 else (Reason("NO_CHANNEL", {"at": tree.tree_code}),)
        if lit is None:
            return replace(line, reasons=(*line.reasons, *(full or (Reason("NOT_LIT", {"at": line.hops[-1].code}),))))
        reasons = [*line.reasons, *full]
        if tree.use != "in_use" or tree.health not in ("ok", "degraded"):
            reasons.append(Reason("NOT_LIT", {"at": tree.tree_code}))
        chain = Chain(carriers_of(line.hops, tree.tree_id), z_port_id=line.hops[0].id)
        line = replace(
            line, plant_m=line.plant_m + lit.metres, head_id=lit.head.equipment_id, head=lit.head.code, patches=int(is_patched),
            chain=chain, hops=line.hops + lit.hops,
        )  # fmt: skip
        return _with_loss(line, lower, lit, reasons)


def _with_loss(line: Line, lower: Sequence, lit: _Lit, reasons: list[Reason]) -> Line:
    name = class_of_port(lit.head.port_type)
    if name is None:
        return replace(line, reasons=tuple(reasons))
    pon = class_named(name)
    joints = _joints(lower, "panel") + lit.joints_db + line.patches * joint_db("patch", None, ("passive", "passive"))
    km = _km_of(lower) + lit.km + line.drop_m / 1000
    bare = {nm: joints + lit.splits_db + km * strand_db_per_km(nm) for nm in (pon.downstream_nm, pon.upstream_nm)}
    if any(map(isnan, bare.values())):
        return replace(line, reasons=tuple(reasons))
    verdict = judge(bare, line.total_m, pon)
    full = {nm: db + verdict.margin_db for nm, db in bare.items()}
    if "loss" in verdict.faults:
        reasons.append(Reason("LOSS", {"loss": f"{max(full.values()):.2f}", "class": name, "limit": f"{pon.max_db:g}"}))
    if "overload" in verdict.faults:
        reasons.append(Reason("OVERLOAD", {"loss": f"{min(bare.values()):.2f}", "class": name, "limit": f"{pon.min_db:g}"}))
    return replace(line, losses=full, bare=bare, pon_class=name, limit=pon.max_db, reasons=tuple(reasons))


def _km_of(rows: Sequence) -> float:
    """The length of the strands of a way."""
    return sum((row.sheath_m or 0.0) * (1 + (row.helix_ratio or 0.0)) for row in rows) / 1000


def _joints(rows: Sequence, first_role: str) -> float:
    """What the joints of a way lose, beginning at a thing of this role."""
    lost, before = 0.0, first_role
    for row in rows:
        lost += joint_db(row.joint_kind, row.loss_db, (FACES.get(row.role, "passive"), FACES.get(before, "passive")))
        before = row.role
    return lost
