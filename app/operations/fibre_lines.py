"""Lines of light: from a box over a splitter to a PON port."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan, nan

from app.operations.lines import Search, hop_of, metres_of, start_line, unfit
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
    trees = {row.splitter_id: row for row in search.rows("splitter_trees", splitters=sorted(splitters))} if splitters else {}
    up = search.walk(row.leave_key for row in trees.values())
    found = _Finder(walks, outputs, trees, up)
    lines = [found.line(by_point[row.access_id], row) for row in ports]
    lacking = set(by_point) - {row.access_id for row in ports}
    return lines + [start_line(by_point[key], Reason("NO_FREE_TERMINAL", {"access": by_point[key].code})) for key in sorted(lacking)]


def _end_of(walk: Sequence):
    """The last thing of a way, or the first splitter's output on it."""
    return next((row for row in walk if row.role == "split_out"), walk[-1] if walk else None)


def _spread(rows: Sequence) -> dict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.cabinet_id].append(row)
    return found


class _Finder:
    """Puts lines together from what was read; every free output is offered to one line only."""

    def __init__(self, walks: Mapping, outputs: Mapping, trees: Mapping, up: Mapping) -> None:
        self.walks, self.outputs, self.trees, self.up = walks, outputs, trees, up

    def line(self, point, port) -> Line:
        """The line that begins at a free port."""
        first = Hop("port", port.id, port.code, port.role, why=FREE)
        if port.role == "split_out":
            return self._lit(start_line(point, hops=(first,)), port.splitter_id, [], is_patched=False)
        walk = self.walks[port.leave_key]
        end = _end_of(walk)
        if end is None:
            return start_line(point, Reason("WAY_ENDS", {"access": point.code, "at": port.code}), hops=(first,))
        lower = walk[: walk.index(end)] if end.role == "split_out" else walk
        hops = (first, *map(hop_of, lower))
        line = replace(start_line(point, *unfit(lower), hops=hops), plant_m=metres_of(lower))
        if end.role == "split_out":
            line = replace(line, hops=(*hops, hop_of(end, JOINED)), reasons=(*line.reasons, *unfit([end])))
            return self._lit(line, end.equipment_id, lower, is_patched=False)
        free = self.outputs.get(end.equipment_id, ())
        if not free:
            return replace(line, reasons=(*line.reasons, Reason("NO_FREE_SPLITTER", {"at": end.equipment_code})))
        chosen = min(free, key=lambda row: (not self._is_usable(row.splitter_id), free.index(row)))
        line = replace(line, hops=(*hops, Hop("port", chosen.id, chosen.code, "split_out", why=NEIGHBOUR)))
        return self._lit(line, chosen.splitter_id, lower, is_patched=True)

    def _is_usable(self, splitter_id: int) -> bool:
        tree = self.trees.get(splitter_id)
        return tree is not None and tree.tree_id is not None and tree.use == "in_use" and tree.free_channels > 0

    def _lit(self, line: Line, splitter_id: int, lower: Sequence, *, is_patched: bool) -> Line:
        """The line with its tree: who lights the splitter, and what the whole way loses."""
        tree = self.trees.get(splitter_id)
        upper = self.up.get(tree.leave_key, []) if tree else []
        head = upper[-1] if upper and upper[-1].role == "plain" else None
        if tree is None or tree.tree_id is None or head is None:
            return replace(line, reasons=(*line.reasons, Reason("NOT_LIT", {"at": line.hops[-1].code})))
        reasons = list(line.reasons)
        if tree.free_channels <= 0:
            reasons.append(Reason("NO_CHANNEL", {"at": tree.tree_code}))
        if tree.use != "in_use" or tree.health not in ("ok", "degraded"):
            reasons.append(Reason("NOT_LIT", {"at": tree.tree_code}))
        metres = line.plant_m + metres_of(upper)
        line = replace(line, plant_m=metres, head_id=head.equipment_id, head=head.code, patches=int(is_patched))
        line = _with_loss(line, lower, upper, tree.outputs, head, reasons)
        chain = Chain(carriers_of(line.hops, tree.tree_id), z_port_id=line.hops[0].id)
        # What was passed above the splitter is the tree's own, told for the drawing.
        return replace(line, chain=chain, hops=(*line.hops, *(hop_of(row, "tree") for row in upper)))


def _with_loss(line: Line, lower: Sequence, upper: Sequence, outputs: int, head, reasons: list[Reason]) -> Line:
    name = class_of_port(head.port_type)
    if name is None:
        return replace(line, reasons=tuple(reasons))
    pon = class_named(name)
    joints = _joints(lower, "panel") + _joints(upper, "split_in") + line.patches * joint_db("patch", None, ("passive", "passive"))
    splits = sum(splitter_db(count) or nan for count in (outputs, *(row.outputs for row in upper if row.outputs)))
    km = sum((row.sheath_m or 0.0) * (1 + (row.helix_ratio or 0.0)) for row in (*lower, *upper)) / 1000 + line.drop_m / 1000
    bare = {nm: joints + splits + km * strand_db_per_km(nm) for nm in (pon.downstream_nm, pon.upstream_nm)}
    if any(map(isnan, bare.values())):
        return replace(line, reasons=tuple(reasons))
    verdict = judge(bare, line.total_m, pon)
    full = {nm: db + verdict.margin_db for nm, db in bare.items()}
    if "loss" in verdict.faults:
        reasons.append(Reason("LOSS", {"loss": f"{max(full.values()):.2f}", "class": name, "limit": f"{pon.max_db:g}"}))
    if "overload" in verdict.faults:
        reasons.append(Reason("OVERLOAD", {"loss": f"{min(bare.values()):.2f}", "class": name, "limit": f"{pon.min_db:g}"}))
    return replace(line, losses=full, bare=bare, pon_class=name, limit=pon.max_db, reasons=tuple(reasons))


def _joints(rows: Sequence, first_role: str) -> float:
    """What the joints of a way lose, beginning at a thing of this role."""
    lost, before = 0.0, first_role
    for row in rows:
        lost += joint_db(row.joint_kind, row.loss_db, (FACES.get(row.role, "passive"), FACES.get(before, "passive")))
        before = row.role
    return lost
