"""Networks drawn as graphs - GraphML of the Topology Zoo, JSON of GNPy, node-link JSON of TopoHub - as layers of a survey.

Each node becomes a structure with one network element in it, each edge a section and a circuit of kind section between two line ports.
"""
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import cos, isfinite, radians
from pathlib import Path
from xml.etree import ElementTree

from app.survey.findings import ERROR, INFO, WARNING, Finding
from app.survey.readers.source import Source, SourceFault

MODEL, PORTS = "NE-64", 64
LARGEST = 64 << 20
# Nobody knows where such a structure stands: worse than any survey, so that lengths to it are not believed.
UNPLACED_M = 1_000_000
# Planar drawings have kilometres and no place on the ground; they are laid out from here.
_ORIGIN = (112.0, 29.5)
_DEGREE_KM = 111.32
_GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
_HEADERS = {
    "structure": ("code", "kind", "name_zh", "accuracy_m", "lon", "lat"),
    "section": ("code", "kind", "a_structure", "z_structure", "length_m"),
    "equipment": ("code", "model", "structure", "name_zh"),
    "circuit": ("code", "kind", "a_equipment", "a_port", "z_equipment", "z_port", "name_zh"),
}


@dataclass
class Node:
    """A node as drawn; place is (lon, lat) or None."""

    key: str
    name: str
    place: tuple[float, float] | None


@dataclass
class Edge:
    """An edge as drawn; metres is None where the drawing tells no length."""

    tail: str
    head: str
    name: str
    metres: float | None = None


@dataclass
class Drawing:
    """A graph as drawn, and what was found when it was read."""

    name: str
    nodes: list[Node]
    edges: list[Edge]
    findings: list[Finding] = field(default_factory=list)


def open_graphml(path: Path) -> Iterator[Source]:
    """The layers of a GraphML file; nodes need ``Latitude`` and ``Longitude`` to have a place.

    Raises
    ------
    SourceFault
        ``FILE_UNSAFE``, ``FILE_TRUNCATED``, ``FILE_TOO_LARGE``, ``GRAPH_BROKEN``.
    """
    yield from open_drawing(path, _read_graphml(path))


def is_graph(told: object) -> bool:
    """True where the JSON is a network as GNPy or TopoHub write it."""
    if not isinstance(told, dict):
        return False
    if {"elements", "connections"} <= told.keys():
        return True
    lines = told.get("edges", told.get("links"))
    return "nodes" in told and "spans" not in told and isinstance(lines, list) and "rel" not in _first(lines)


def _first(entries: object) -> dict:
    return entries[0] if isinstance(entries, list) and entries and isinstance(entries[0], dict) else {}


def open_graph(path: Path, told: dict) -> Iterator[Source]:
    """The layers of a network as JSON (GNPy, node-link).

    Raises
    ------
    SourceFault
        ``GRAPH_BROKEN``.
    """
    read = _read_gnpy if "elements" in told else _read_node_link
    try:
        drawing = read(path.stem, told)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as fault:
        raise _fault("GRAPH_BROKEN", f"not a network as GNPy or TopoHub write it: {type(fault).__name__} {fault}"[:200]) from fault
    yield from open_drawing(path, drawing)


def _read_graphml(path: Path) -> Drawing:
    text = _text_of(path)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise _fault("FILE_UNSAFE", "a document type with entities", "save the graph without it")
    try:
        root = ElementTree.fromstring(text.encode("utf-8"))  # noqa: S314 - entities were refused above
    except (ElementTree.ParseError, ValueError) as fault:
        raise _fault("FILE_TRUNCATED", f"the file is damaged or cut off: {fault}"[:200], "deliver the whole file again") from fault
    names = {key.get("id"): key.get("attr.name") for key in root.iter(f"{_GRAPHML}key")}
    nodes, edges = [], []
    for node in root.iter(f"{_GRAPHML}node"):
        told = _told(node, names)
        place = (_number(told.get("Longitude")), _number(told.get("Latitude")))
        nodes.append(Node(node.get("id", ""), told.get("label", ""), None if None in place else place))
    for edge in root.iter(f"{_GRAPHML}edge"):
        told = _told(edge, names)
        edges.append(Edge(edge.get("source", ""), edge.get("target", ""), told.get("LinkLabel", "")))
    return Drawing(path.stem, nodes, edges)


def _told(element: ElementTree.Element, names: dict) -> dict[str, str]:
    return {names.get(entry.get("key")): (entry.text or "").strip() for entry in element.iter(f"{_GRAPHML}data")}


def _read_gnpy(name: str, told: dict) -> Drawing:
    """Cities that have a ROADM or a transceiver are nodes; the fibres of both directions between two of them are one edge."""
    elements = {element["uid"]: element for element in told["elements"]}
    onward: dict[str, list[str]] = {}
    for join in told["connections"]:
        onward.setdefault(join["from_node"], []).append(join["to_node"])
    ends = {uid: element for uid, element in elements.items() if element["type"] == "Roadm"}
    nodes = []
    for uid, element in ends.items():
        place = element.get("metadata", {}).get("location", {})
        spot = (_number(place.get("longitude")), _number(place.get("latitude")))
        nodes.append(Node(uid, str(place.get("city", uid)), None if None in spot else spot))
    found: dict[tuple[str, ...], list[float]] = {}
    for uid in ends:
        for start in onward.get(uid, ()):
            far, km = _follow(start, elements, onward, ends)
            if far is not None and far != uid and km > 0:
                found.setdefault(tuple(sorted((uid, far))), []).append(km)
    return Drawing(name, nodes, [Edge(*pair, "", 1000 * max(lengths)) for pair, lengths in sorted(found.items())])


def _follow(at: str, elements: dict, onward: dict, ends: dict) -> tuple[str | None, float]:
    """The next ROADM along fibres and amplifiers, and the km of fibre passed."""
    km, seen = 0.0, set()
    while at not in ends:
        if at in seen or at not in elements:
            return None, 0.0
        seen.add(at)
        length = elements[at].get("params", {}).get("length", 0.0)
        km += length / 1000 if elements[at].get("params", {}).get("length_units") == "m" else length
        following = onward.get(at, [])
        if len(following) != 1:
            return None, 0.0
        at = following[0]
    return at, km


def _read_node_link(name: str, told: dict) -> Drawing:
    """Nodes with a planar ``pos`` in km, edges with ``dist`` in km."""
    scale = _DEGREE_KM * cos(radians(_ORIGIN[1]))
    nodes = []
    for node in told["nodes"]:
        x, y = (float(value) for value in node["pos"])
        nodes.append(Node(str(node["id"]), str(node.get("name", node["id"])), (_ORIGIN[0] + x / scale, _ORIGIN[1] + y / _DEGREE_KM)))
    lines = told.get("edges", told.get("links"))
    return Drawing(name, nodes, [Edge(str(line["source"]), str(line["target"]), "", 1000 * float(line["dist"])) for line in lines])


def open_drawing(path: Path, drawing: Drawing) -> Iterator[Source]:
    """The layers of a network that was drawn as a graph.

    Raises
    ------
    SourceFault
        ``GRAPH_BROKEN``.
    """
    _check(drawing)
    _place_lost(drawing)
    code = re.sub(r"[^A-Z0-9]+", "-", drawing.name.upper()).strip("-") or "NET"
    codes = {node.key: f"{code}-{number:03}" for number, node in enumerate(drawing.nodes, start=1)}
    rows = {"structure": _structures(drawing, codes), "section": [], "equipment": [], "circuit": []}
    rows["equipment"] = [(f"{codes[node.key]}-NE", MODEL, codes[node.key], node.name) for node in drawing.nodes]
    used, places = dict.fromkeys(codes, 0), {node.key: node.place for node in drawing.nodes}
    for number, edge in enumerate(drawing.edges, start=1):
        ports = []
        for end in (edge.tail, edge.head):
            used[end] += 1
            ports += [f"{codes[end]}-NE", f"P{used[end]:02}"]
        if places[edge.tail] != places[edge.head]:
            metres = None if edge.metres is None else round(edge.metres, 3)
            rows["section"].append((f"{code}-S{number:03}", "trench", codes[edge.tail], codes[edge.head], metres))
        rows["circuit"].append((f"{code}-L{number:03}", "section", *ports, edge.name))
    for layer, headers in _HEADERS.items():
        yield Source(
            file=str(path), sheet=layer, headers=headers, geometry=None, crs="EPSG:4326" if layer == "structure" else None,
            encoding="utf-8", row_count=len(rows[layer]), rows=_reader(rows[layer]), header_row=0, row_estimate=len(rows[layer]),
            findings=drawing.findings if layer == "structure" else [],
        )  # fmt: skip


def _reader(rows: list[tuple]) -> Callable[[], Iterator]:
    return lambda: ((number, row, None) for number, row in enumerate(rows, start=1))


def _structures(drawing: Drawing, codes: dict[str, str]) -> list[tuple]:
    return [
        (codes[node.key], "building", node.name, UNPLACED_M if node.key in _lost(drawing) else None, node.place[0], node.place[1])
        for node in drawing.nodes
    ]


def _lost(drawing: Drawing) -> set[str]:
    return {finding.subject for finding in drawing.findings if finding.rule == "NODE_UNPLACED"}


def _check(drawing: Drawing) -> None:
    keys = [node.key for node in drawing.nodes]
    if not keys:
        raise _fault("GRAPH_BROKEN", "a graph without nodes")
    if len(set(keys)) < len(keys):
        raise _fault("GRAPH_BROKEN", "two nodes have the same id")
    met = [end for edge in drawing.edges for end in (edge.tail, edge.head)]
    if unknown := set(met) - set(keys):
        raise _fault("GRAPH_BROKEN", f"an edge ends in node {min(unknown)[:40]!r}, which is not there")
    busiest = max(keys, key=met.count) if met else keys[0]
    if met.count(busiest) > PORTS:
        raise _fault("GRAPH_BROKEN", f"node {busiest[:40]!r} has {met.count(busiest)} edges; model {MODEL} has {PORTS} ports")


def _place_lost(drawing: Drawing) -> None:
    """Put nodes without a place in the middle of their neighbours, each beside the other, and say so."""
    known = {node.key: node.place for node in drawing.nodes if node.place}
    if not known:
        raise _fault("GRAPH_BROKEN", "no node has a place")
    for number, node in enumerate((node for node in drawing.nodes if not node.place), start=1):
        near = [known[end] for edge in drawing.edges for end in _beside(edge, node.key) if end in known] or list(known.values())
        shift = 0.001 * number
        node.place = (sum(x for x, _ in near) / len(near) + shift, sum(y for _, y in near) / len(near) + shift)
        drawing.findings.append(Finding(
            "NODE_UNPLACED", WARNING, subject=node.key, found=f"node {node.name or node.key} has no place",
            expected="longitude and latitude", next_step="put in the middle of its neighbours; lengths to it are not counted",
        ))  # fmt: skip
    places = {node.key: node.place for node in drawing.nodes}
    if loops := sum(places[edge.tail] == places[edge.head] for edge in drawing.edges):
        drawing.findings.append(Finding("EDGE_LOOP", INFO, found=f"{loops} edges within one place: circuits without a section"))


def _beside(edge: Edge, key: str) -> tuple[str, ...]:
    return (edge.head,) if edge.tail == key else (edge.tail,) if edge.head == key else ()


def _text_of(path: Path) -> str:
    if path.stat().st_size > LARGEST:
        raise _fault("FILE_TOO_LARGE", f"{path.stat().st_size} bytes; a graph has at most {LARGEST}", "split the network")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _fault("FILE_TRUNCATED", "not UTF-8", "save the file as UTF-8") from fault


def _number(value: object) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) else None


def _fault(rule: str, found: str, next_step: str = "deliver the network again") -> SourceFault:
    return SourceFault(Finding(rule, ERROR, found=found, next_step=next_step))
