"""Lines of copper: from a distribution point over cabinets and the main frame to a line port; and ports of switches in the house."""

from collections.abc import Sequence
from dataclasses import replace

from app.operations.lines import Asked, Search, hop_of, metres_of, read_feeders, segments_of, start_line, unfit
from app.operations.rules.lines import Hop, Line, Reason, carriers_of, judge_copper
from app.services.rules.chains import Chain
from app.topology.trace_loss import pair_ohm_per_km

# Cabinets in a row before the frame; three are real, more are an error of the records.
MOST_CABINETS = 4
CABINET, FRAME = "copper_cabinet", "mdf"


def find_lan_lines(search: Search, asked: Asked, points: Sequence) -> list[Line]:
    """Free ports of the switches themselves."""
    by_point = {point.id: point for point in points}
    ports = search.access_ports(by_point, splits=False, line_type=asked.product.line_type)
    lines = []
    for row in ports:
        hop = Hop("port", row.id, row.code, row.role, why="nearest_free")
        line = start_line(by_point[row.access_id], hops=(hop,))
        lines.append(replace(line, chain=Chain(carriers_of((hop,)), a_port_id=row.id), head_id=row.access_id, head=row.code))
    return lines + _lacking(by_point, ports)


def _lacking(by_point: dict, ports: Sequence) -> list[Line]:
    lacking = set(by_point) - {row.access_id for row in ports}
    return [start_line(by_point[key], Reason("NO_FREE_TERMINAL", {"access": by_point[key].code})) for key in sorted(lacking)]


def find_copper_lines(search: Search, asked: Asked, points: Sequence) -> list[Line]:
    """Lines from these distribution points, at least one of each; those that lack something tell what."""
    by_point = {point.id: point for point in points}
    ports = search.access_ports(by_point, splits=False, line_type="")
    walks = search.walk(row.leave_key for row in ports)
    ways = [_begin(by_point[row.access_id], row, walks[row.leave_key]) for row in ports]
    lost = [way for way in ways if search.is_taking and way.line.reasons]
    ways = [way for way in ways if way not in lost]
    for _ in range(MOST_CABINETS):
        if not any(_is_at(way, CABINET) for way in ways):
            break
        ways = _feed(search, ways)
    ways = _head(search, asked, ways)
    return [_judged(asked, way).line for way in ways] + [way.line for way in lost] + _lacking(by_point, ports)


class _Way:
    """A line with the rows that it passed."""

    def __init__(self, line: Line, rows: list) -> None:
        self.line, self.rows = line, rows

    @property
    def end(self):
        """The last thing reached; None where nothing is joined to the port."""
        return self.rows[-1] if self.rows else None

    def grow(self, hop: Hop | None, rows: Sequence, *, patches: int) -> "_Way":
        """The way over one more patch and cable."""
        hops = (*self.line.hops, *([hop] if hop else []), *map(hop_of, rows))
        line = replace(
            self.line, hops=hops, plant_m=self.line.plant_m + metres_of(rows), patches=self.line.patches + patches,
            reasons=(*self.line.reasons, *unfit(rows)),
        )  # fmt: skip
        return _Way(line, [*self.rows, *rows])

    def stop(self, *reasons: Reason) -> "_Way":
        """The way with a reason why it ends here."""
        return _Way(replace(self.line, reasons=(*self.line.reasons, *reasons)), self.rows)


def _begin(point, port, walk: Sequence) -> _Way:
    first = Hop("port", port.id, port.code, port.role, why="nearest_free")
    way = _Way(start_line(point, hops=(first,)), []).grow(None, walk, patches=0)
    return way if walk else way.stop(Reason("WAY_ENDS", {"access": point.code, "at": port.code}))


def _is_at(way: _Way, kind: str) -> bool:
    return way.end is not None and way.end.role == "panel" and way.end.model_kind == kind and not _is_stopped(way)


def _is_stopped(way: _Way) -> bool:
    return any(reason.code in ("NO_FEEDER", "NO_LINE_PORT", "WAY_ENDS") for reason in way.line.reasons)


def _feed(search: Search, ways: list[_Way]) -> list[_Way]:
    """Every way that stands at a cabinet goes on over a free feeder of it, each over another one while there are some."""
    free = read_feeders(search, ((way.end.equipment_id, way.rows) for way in ways if _is_at(way, CABINET)))
    chosen, used = [], set()
    for way in ways:
        offered = free[way.end.equipment_id, segments_of(way.rows)] if _is_at(way, CABINET) else []
        row = next((row for row in offered if row.id not in used), offered[0] if offered else None)
        used.add(row.id if row is not None else None)
        chosen.append(row)
    walks = search.walk(row.leave_key for row in chosen if row is not None)
    found = []
    for way, row in zip(ways, chosen, strict=True):
        if not _is_at(way, CABINET):
            found.append(way)
        elif row is None:
            found.append(way.stop(Reason("NO_FEEDER", {"at": way.end.equipment_code})))
        else:
            found.append(way.grow(Hop("port", row.id, row.code, "panel", why="nearest_free"), walks[row.leave_key], patches=1))
    return found


def _head(search: Search, asked: Asked, ways: list[_Way]) -> list[_Way]:
    """Every way that stands at a frame ends at a free line port of the same building."""
    places = sorted({way.end.structure_id for way in ways if _is_at(way, FRAME)})
    ports = search.rows("office_ports", structures=places, line_type=asked.product.line_type) if places else []
    free: dict[int, list] = {}
    for row in ports:
        free.setdefault(row.structure_id, []).append(row)
    found = []
    for way in ways:
        if not _is_at(way, FRAME):
            found.append(way if _is_stopped(way) or _is_line_port(way, asked) else way.stop(_ends(way)))
            continue
        offered = free.get(way.end.structure_id, [])
        chosen = offered.pop(0) if len(offered) > 1 else offered[0] if offered else None
        if chosen is None:
            told = {"at": way.end.equipment_code, "type": asked.product.line_type}
            found.append(way.stop(Reason("NO_LINE_PORT", told)))
            continue
        hop = Hop("port", chosen.id, chosen.code, "plain", why="nearest_free")
        line = way.grow(hop, (), patches=1).line
        found.append(_Way(replace(line, head_id=chosen.equipment_id, head=chosen.code), way.rows))
    return found


def _is_line_port(way: _Way, asked: Asked) -> bool:
    return way.end is not None and way.end.role == "plain" and way.end.port_type == asked.product.line_type


def _ends(way: _Way) -> Reason:
    return Reason("WAY_ENDS", {"access": way.line.access, "at": way.end.code if way.end else way.line.hops[-1].code})


def _judged(asked: Asked, way: _Way) -> _Way:
    """The way with its resistance and, where it reaches a line port, its chain."""
    line = way.line
    if way.end is not None and _is_line_port(way, asked):
        line = replace(line, head_id=way.end.equipment_id, head=way.end.code)
    if line.head is None:
        return way
    ohm = sum(pair_ohm_per_km(row.segment_model) * row.sheath_m / 1000 for row in way.rows if row.sheath_m)
    reasons, limit = judge_copper(asked.product.product, asked.rate_mbit, ohm, line.total_m)
    chain = Chain(carriers_of(line.hops), a_port_id=line.hops[-1].id, z_port_id=line.hops[0].id)
    return _Way(replace(line, loop_ohm=ohm, limit=limit, chain=chain, reasons=(*line.reasons, *reasons)), way.rows)
