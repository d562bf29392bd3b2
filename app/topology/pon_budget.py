"""PON trees that lose more, or less, than their class bears, or split more often than their channels allow (domain.md Q18, C6)."""
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.engineering.optical import Link, judge_link
from app.engineering.optical_tables import TABLES, find_class
from app.topology.dependency import find_limbs, read_columns
from app.topology.statements import query
from app.topology.trace_loss import class_of_port


@dataclass(frozen=True)
class PonFault:
    """A tree beyond its class, by its longest and by its shortest way.

    Attributes
    ----------
    faults
        ``loss`` and ``overload`` by the class, ``split`` for more outputs in a row than channels, ``no_class`` and ``no_splitter``
        where the tables have no row.
    most_loss_db
        With margin, at the worse wavelength; None where it can't be told.
    splits
        Outputs of the splitters in a row, multiplied.
    """

    circuit: str
    pon_class: str | None
    faults: tuple[str, ...]
    most_loss_db: float | None
    bears_db: float | None
    splits: int
    channels: int
    most_metres: float


@dataclass
class _Way:
    """What light passes between a PON port and a customer."""

    metres: float = 0.0
    panels: int = 0
    splices: int = 0
    splitters: list[int] = field(default_factory=list)

    def plus(self, other: "_Way") -> "_Way":
        return _Way(
            self.metres + other.metres, self.panels + other.panels, self.splices + other.splices, [*self.splitters, *other.splitters]
        )

    def link(self) -> Link:
        splitters = tuple(sorted(self.splitters))
        return Link(self.metres, splitters, self.panels, self.splices, vendor=_vendor(splitters))


def list_pon_faults(session: Session, region_id: int) -> list[PonFault]:
    """The trees at fault, those that lose most first. A fixed number of statements."""
    read = read_columns(session, region_id, "carriers", "trees", "splitters", "outputs")
    given = {"region_id": region_id}
    sheath = dict(session.execute(text("SELECT id, sheath_m FROM cable_segment WHERE region_id = :region_id"), given).all())
    sizes = {row.port: row.outputs for row in session.execute(query("pon_splitters"), given)}
    carriers = read["carriers"]
    segment_of = dict(zip(carriers["conductor"].tolist(), carriers["segment"].tolist(), strict=True))
    limbs = find_limbs(read)
    tails = _tails(read, segment_of, sheath, limbs.of_line)
    ways: dict[int, list[_Way]] = defaultdict(list)
    for number, things in enumerate(limbs.things):
        limb = _way_of(things, segment_of, sheath, sizes)
        ways[limbs.trees[number]] += [limb.plus(tail) for tail in tails.get(number, [_Way()])]
    trees = session.execute(query("pon_trees"), given)
    found = [_judge(row, ways[row.id]) for row in trees if row.id in ways]
    return sorted((one for one in found if one.faults), key=lambda one: (-(one.most_loss_db or 0), one.circuit))


def _way_of(things: Collection[int], segment_of: dict, sheath: dict, sizes: dict) -> _Way:
    """A row of things as ``limbs.thing_of`` numbers them; every panel is one connector, two strands in a row one splice."""
    way, was_strand = _Way(), False
    for thing in things:
        key, is_port = thing >> 3, bool(thing & 4)
        if not is_port:
            way.metres += sheath.get(segment_of.get(key), 0.0)
            way.splices += was_strand
        elif key in sizes:
            way.splitters.append(sizes[key])
        else:
            way.panels += 1
        was_strand = not is_port
    return way


def _tails(read: dict, segment_of: dict, sheath: dict, of_line: dict[int, int]) -> dict[int, list[_Way]]:
    """The ways from the last splitter to each customer, by limb."""
    carriers, outputs = read["carriers"], set(read["outputs"]["port"].tolist())
    things: dict[int, list[int]] = defaultdict(list)
    for circuit, conductor, port in zip(*(carriers[name].tolist() for name in ("circuit", "conductor", "port")), strict=True):
        if circuit in of_line and port not in outputs and (conductor >= 0 or port >= 0):
            things[circuit].append(conductor * 8 if conductor >= 0 else port * 8 + 4)
    found: dict[int, list[_Way]] = defaultdict(list)
    for circuit, number in of_line.items():
        found[number].append(_way_of(things[circuit], segment_of, sheath, {}))
    return found


def _judge(row, ways: list[_Way]) -> PonFault:
    splits = max(_product(way.splitters) for way in ways)
    faults = ["split"] if splits > row.channel_count else []
    longest = max(way.metres for way in ways)
    name = class_of_port(row.port_type)
    told = (row.code, name)
    if name is None or any(not _knows(way) for way in ways):
        faults.append("no_class" if name is None else "no_splitter")
        return PonFault(*told, tuple(faults), None, None, splits, row.channel_count, longest)
    pon = find_class(name)
    verdicts = [judge_link(way.link(), pon) for way in ways]
    loss = max(one.full_db for verdict in verdicts for one in verdict.losses.values())
    faults += sorted({fault for verdict in verdicts for fault in verdict.faults})
    return PonFault(*told, tuple(faults), loss, pon.max_db, splits, row.channel_count, longest)


def _product(numbers: Collection[int]) -> int:
    product = 1
    for number in numbers:
        product *= number
    return product


def _vendor(splitters: tuple[int, ...]) -> str:
    """Whose figures hold for all splitters of a way: the planning ones where they know them all."""
    vendors = dict.fromkeys(["design", *(row.vendor for row in TABLES.splitters)])
    known = {(row.vendor, row.outputs) for row in TABLES.splitters}
    return next((vendor for vendor in vendors if all((vendor, outputs) in known for outputs in splitters)), "")


def _knows(way: _Way) -> bool:
    return bool(_vendor(tuple(way.splitters)))
