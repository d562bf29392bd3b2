"""Rows to arrays: which sections, structures, segments, equipment and power sources each circuit and service depends on."""
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy
from sqlalchemy.orm import Session

from app.topology.arrays import distinct, join_pairs, read_arrays
from app.topology.graph_cache import keep_graph
from app.topology.limbs import climb
from app.topology.losses import Carriage
from app.topology.statements import query
from app.topology.supply import Feed, build_power_graph, find_single_sources

# Kinds of element; an element is the number kind * 2**48 + key of its row.
KINDS = ("section", "structure", "segment", "equipment", "power")
_SHIFT = 48
Columns = dict[str, numpy.ndarray]
_READ = {
    "carriers": ("circuit", "path", "conductor", "segment", "port", "equipment", "lower"),
    "ends": ("circuit", "equipment"),
    "trees": ("here", "there"),
    "splitters": ("tree", "port", "equipment", "split_no"),
    "outputs": ("circuit", "port", "equipment", "split_no", "seq"),
    "runs": ("segment", "section", "a_structure", "z_structure"),
    "segments": ("segment", "a_structure", "z_structure"),
    "equipment": ("equipment", "structure", "rack"),
    "services": ("service", "customer", "is_large", "circuit"),
    "gateways": ("service", "equipment"),
}


@dataclass(frozen=True, eq=False)
class Dependency:
    """What depends on what in one region.

    Attributes
    ----------
    elements
        Number of each element by place, see ``element_of``.
    circuits
        Key of each circuit by place; limbs of PON trees, which have no key, follow them in ``carriage``.
    services
        Columns ``service``, ``customer``, ``is_large``, and ``circuit`` as place or -1.
    gateway_elements, gateway_services
        Pairs of an element and the key of a service that has no number or VLAN without it.
    """

    elements: numpy.ndarray
    circuits: numpy.ndarray
    carriage: Carriage
    services: Columns
    gateway_elements: numpy.ndarray
    gateway_services: numpy.ndarray


def element_of(kind: str, keys):
    """The number of an element, or of an array of them."""
    return (KINDS.index(kind) << _SHIFT) + keys


def thing_of_element(number: int) -> tuple[str, int]:
    """Kind and key of an element."""
    return KINDS[number >> _SHIFT], number & ((1 << _SHIFT) - 1)


def get_dependency(session: Session, region_id: int) -> Dependency:
    """What depends on what, from eleven statements whatever the size of the region; kept by version."""
    return keep_graph(session, region_id, build_dependency)


def build_dependency(session: Session, region_id: int) -> Dependency:
    """As `get_dependency`, from the rows as they are now."""
    read = read_columns(session, region_id, *_READ)
    feeds = read_arrays(session, query("power_feeds").text, region_id, "source", "equipment", "rack", "is_store")
    uses = _Uses(read["runs"], read["segments"], read["equipment"], _supplies(feeds, read["equipment"]))
    carriers = read["carriers"]
    (circuits,) = distinct(numpy.concatenate([carriers["circuit"], read["ends"]["circuit"]]))
    place = partial(numpy.searchsorted, circuits)
    limbs = find_limbs(read)
    hits = [
        _hits(uses.of_segments, carriers, "segment", place),
        _hits(uses.of_equipment, carriers, "equipment", place),
        _hits(uses.of_equipment, {**read["ends"], "path": numpy.zeros_like(read["ends"]["circuit"])}, "equipment", place),
        *limbs.hits(carriers, read["ends"], uses, len(circuits)),
    ]
    elements, hit_circuits, hit_paths = (numpy.concatenate(column) for column in zip(*hits, strict=True))
    gateway_places, gateway_numbers = uses.of_equipment(read["gateways"]["equipment"])
    (numbers,) = distinct(numpy.concatenate([elements, gateway_numbers]))
    rides = carriers["lower"] >= 0
    rides &= numpy.isin(carriers["lower"], circuits)
    lowers = limbs.replace(carriers["circuit"][rides], place(carriers["lower"][rides]), len(circuits))
    services = read["services"]
    holds = numpy.isin(services["circuit"], circuits)
    return Dependency(
        numbers,
        circuits,
        Carriage(
            len(circuits) + limbs.count,
            numpy.searchsorted(numbers, elements),
            hit_circuits,
            hit_paths,
            place(carriers["circuit"][rides]),
            carriers["path"][rides],
            lowers,
        ),
        {**services, "circuit": numpy.where(holds, place(services["circuit"]), -1)},
        numpy.searchsorted(numbers, gateway_numbers),
        read["gateways"]["service"][gateway_places],
    )


class _Uses:
    """The elements that stand behind a segment or behind equipment."""

    def __init__(self, runs: Columns, segments: Columns, equipment: Columns, supplies: tuple[numpy.ndarray, numpy.ndarray]):
        by_run = [("section", "section"), ("structure", "a_structure"), ("structure", "z_structure")]
        self._segment = _stack(
            *((runs["segment"], element_of(kind, runs[name])) for kind, name in by_run),
            *((segments["segment"], element_of("structure", segments[name])) for name in ("a_structure", "z_structure")),
            (segments["segment"], element_of("segment", segments["segment"])),
        )
        self._equipment = _stack(
            (equipment["equipment"], element_of("structure", equipment["structure"])),
            (equipment["equipment"], element_of("equipment", equipment["equipment"])),
            (supplies[0], element_of("power", supplies[1])),
        )

    def of_segments(self, keys: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
        """Places in ``keys`` and the elements behind them."""
        return join_pairs(keys, *self._segment)

    def of_equipment(self, keys: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
        """Places in ``keys`` and the elements behind them."""
        return join_pairs(keys, *self._equipment)


def _stack(*pairs: tuple[numpy.ndarray, numpy.ndarray]) -> tuple[numpy.ndarray, numpy.ndarray]:
    return tuple(distinct(*(numpy.concatenate(side) for side in zip(*pairs, strict=True))))


def _hits(of, rows: Columns, name: str, place) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    held = rows[name] >= 0
    circuits, paths, keys = distinct(place(rows["circuit"][held]), rows["path"][held], rows[name][held])
    found, elements = of(keys)
    return elements, circuits[found], paths[found]


def _supplies(feeds: Columns, equipment: Columns) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Pairs of equipment and a source of power without which it is dark."""
    graph = build_power_graph(feeds_of(feeds))
    in_rack: dict[int, list[int]] = {}
    for key, rack in zip(equipment["equipment"].tolist(), equipment["rack"].tolist(), strict=True):
        in_rack.setdefault(rack, []).append(key)
    pairs = [
        (key, source)
        for (_, source), dead in find_single_sources(graph).items()
        for kind, load in dead
        for key in (in_rack.get(load, ()) if kind == "rack" else (load,))
    ]
    both = numpy.array(pairs, dtype=numpy.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def feeds_of(feeds: Columns) -> Iterable[Feed]:
    """The rows of ``power_feeds.sql`` as feeds."""
    columns = (feeds[name].tolist() for name in ("source", "equipment", "rack", "is_store"))
    for source, equipment, rack, is_store in zip(*columns, strict=True):
        yield Feed(source, ("rack", rack) if equipment < 0 else ("equipment", equipment), bool(is_store))


@dataclass(frozen=True)
class Limbs:
    """The limbs of all trees: ``things[i]`` of limb i, its tree, and the limb of each customer's line."""

    things: list[list[int]]
    trees: list[int]
    of_line: dict[int, int]

    @property
    def count(self) -> int:
        return len(self.things)

    def hits(self, carriers: Columns, ends: Columns, uses: _Uses, first: int):
        """Elements of each limb; its number follows those of the circuits, from ``first`` on."""
        if not self.things:
            return
        limbs = numpy.repeat(numpy.arange(self.count), [len(things) for things in self.things])
        things = numpy.array([thing for held in self.things for thing in held], dtype=numpy.int64)
        is_port = (things & 4) > 0
        sorts = (("conductor", "segment", uses.of_segments, ~is_port), ("port", "equipment", uses.of_equipment, is_port))
        for name, owner, of, wanted in sorts:
            held = carriers[name] >= 0
            places, owners = join_pairs(things[wanted] >> 3, carriers[name][held], carriers[owner][held])
            numbers, keys = distinct(limbs[wanted][places], owners)
            found, elements = of(keys)
            yield elements, first + numbers[found], numpy.ones(len(found), dtype=numpy.int64)
        places, owners = join_pairs(numpy.array(self.trees, dtype=numpy.int64), ends["circuit"], ends["equipment"])
        found, elements = uses.of_equipment(owners)
        yield elements, first + places[found], numpy.zeros(len(found), dtype=numpy.int64)

    def replace(self, riders: numpy.ndarray, lowers: numpy.ndarray, first: int) -> numpy.ndarray:
        """What each rider rides: its limb where there is one."""
        if not self.of_line:
            return lowers
        lines = numpy.array(sorted(self.of_line), dtype=numpy.int64)
        limbs = numpy.array([self.of_line[line] for line in lines.tolist()], dtype=numpy.int64)
        places = numpy.minimum(numpy.searchsorted(lines, riders), len(lines) - 1)
        return numpy.where(lines[places] == riders, first + limbs[places], lowers)


def read_columns(session: Session, region_id: int, *names: str) -> dict[str, Columns]:
    """The rows of these ``weak_*.sql`` as arrays."""
    return {name: read_arrays(session, query(f"weak_{name}").text, region_id, *_READ[name]) for name in names}


def find_limbs(read: dict[str, Columns]) -> Limbs:
    """The limbs of all PON trees, from the columns of trees, splitters and outputs."""
    splitters = read["splitters"]
    groups = zip(splitters["equipment"].tolist(), splitters["split_no"].tolist(), strict=True)
    input_of = dict(zip(groups, splitters["port"].tolist(), strict=True))
    tree_of = dict(zip(splitters["port"].tolist(), splitters["tree"].tolist(), strict=True))
    outputs = read["outputs"]
    input_of_output, first_output = {}, {}
    order = numpy.argsort(-outputs["seq"], kind="stable")
    rows = (outputs[name][order].tolist() for name in ("circuit", "port", "equipment", "split_no"))
    for circuit, port, equipment, split_no in zip(*rows, strict=True):
        found = input_of.get((equipment, split_no))
        if found is not None:
            input_of_output[port] = found
            first_output[circuit] = found
    joined = dict(zip(read["trees"]["here"].tolist(), read["trees"]["there"].tolist(), strict=True))
    numbers: dict[int, int] = {}
    things, trees = [], []
    for port in sorted(tree_of):
        passed, is_whole = climb(port, joined, input_of_output)
        if is_whole:
            numbers[port] = len(things)
            things.append(passed)
            trees.append(tree_of[port])
    own = set(trees)
    of_line = {circuit: numbers[port] for circuit, port in first_output.items() if port in numbers and circuit not in own}
    return Limbs(things, trees, of_line)
