"""Open Fibre Data Standard 0.3 - JSON packages, GeoJSON, CSV - as structures, sites, sections, cables, segments and their runs.

A node is a building or cabinet; a span is a section, and where it carries fibre a cable of one segment along it. The same network
gives the same codes in each of the three forms.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from pyproj import Geod
from shapely.geometry import shape

from app.survey.findings import ERROR, INFO, WARNING, Finding, SourceReport
from app.survey.readers.source import Source, SourceFault

LARGEST = 64 << 20
_GEOD = Geod(ellps="GRS80")
_FEATURE = re.compile(r'"(?:transmissionMedium|accessPoint|physicalInfrastructureProvider)"\s*:|"featureType"\s*:\s*"(?:node|span)"')
_LIFE = {
    "proposed": "planned", "planned": "planned", "underConstruction": "building", "inactive": "built", "operational": "in_service",
    "decommissioned": "retired",
}  # fmt: skip
_CABINETS = ("cabinet", "aggregationPoint")
_SITES = ("exchange", "pop", "dataCentre", "ixp", "cableLanding", "addDropSite", "repeaterSite")
_DEPLOYED = {"belowGround": "duct_section", "aboveGround": "pole_span"}
# Cables are made with these numbers of strands.
_COUNTS = (4, 6, 8, 12, 16, 24, 36, 48, 72, 96, 144, 216, 288)
# A strand is somewhat longer than its route; a thousand times as long was written in metres.
_TOO_LONG = 100
_HEADERS = {
    "structure": ("code", "kind", "name_zh", "life", "accuracy_m"),
    "site": ("code", "structure", "name_zh"),
    "section": ("code", "kind", "a_structure", "z_structure", "life", "built_on"),
    "cable": ("code", "medium", "name_zh", "life", "built_on"),
    "segment": ("cable", "code", "model", "a_structure", "z_structure", "sheath_m", "life", "built_on"),
    "cable_run": ("segment", "seq", "section"),
}
_GEOMETRY = {"structure": "point", "section": "line"}


@dataclass
class _Network:
    """One network: what its nodes and spans say, each with its number in the file."""

    id: str
    told: dict
    nodes: list[tuple[int, dict]] = field(default_factory=list)
    spans: list[tuple[int, dict]] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        return re.sub(r"[^A-Z0-9]+", "-", self.id.upper()[:8]).strip("-") or "NET"


def is_open_fibre(told: object) -> bool:
    """True where the JSON is a package of networks, one network, or nodes or spans alone."""
    if not isinstance(told, dict):
        return False
    networks = told.get("networks")
    if isinstance(networks, list):
        return True
    if not all(isinstance(entry, dict) for name in ("nodes", "spans") for entry in told.get(name) or ()):
        return False
    return not told.keys().isdisjoint(("nodes", "spans")) and "features" not in told and told.keys() <= _MEMBERS


_MEMBERS = {
    "id", "name", "nodes", "spans", "phases", "organisations", "contracts", "publisher", "publicationDate", "collectionDate", "crs",
    "accuracy", "accuracyDetails", "language", "links", "website",
}  # fmt: skip


def is_open_fibre_feature(start: str) -> bool:
    """True where the beginning of a GeoJSON file is one of nodes or spans."""
    return '"network"' in start and _FEATURE.search(start) is not None


def is_open_fibre_table(headers: tuple[str, ...]) -> bool:
    """True where a table has the headers of the standard's CSV form."""
    return any(re.fullmatch(r"(?:nodes|spans|phases|organisations|contracts)/0/id", header) for header in headers)


def open_fibre_package(path: Path, told: dict) -> Iterator[Source | SourceReport]:
    """The layers of a JSON package.

    Raises
    ------
    SourceFault
        ``OFDS_BROKEN``.
    """
    networks, linked = [], 0
    try:
        for one in told.get("networks", [told]):
            network = _Network(str(one.get("id") or ""), one)
            network.nodes = list(enumerate(map(dict, one.get("nodes") or ()), 1))
            network.spans = list(enumerate(map(dict, one.get("spans") or ()), 1))
            linked += sum("opentelecomdata" in str(link.get("rel")) for link in one.get("links") or () if isinstance(link, dict))
            networks.append(network)
    except (TypeError, ValueError, AttributeError) as fault:
        raise _broken(fault) from fault
    yield from _sources(path, networks, linked)


def open_fibre_features(path: Path) -> Iterator[Source | SourceReport]:
    """The layers of a GeoJSON file of nodes or spans.

    Raises
    ------
    SourceFault
        ``FILE_TOO_LARGE``, ``FILE_TRUNCATED``, ``OFDS_BROKEN``.
    """
    if path.stat().st_size > LARGEST:
        found = f"{path.stat().st_size} bytes"
        raise SourceFault(Finding("FILE_TOO_LARGE", ERROR, found=found, expected=f"at most {LARGEST}", next_step="split the network"))
    networks: dict[str, _Network] = {}
    try:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
    except (ValueError, RecursionError, KeyError, TypeError) as fault:
        found = f"the JSON is damaged or cut off: {fault}"[:200]
        raise SourceFault(Finding("FILE_TRUNCATED", ERROR, found=found, next_step="deliver the whole file again")) from fault
    try:
        for number, feature in enumerate(features, 1):
            told = dict(feature.get("properties") or {})
            of = told.get("network") or {}
            network = networks.setdefault(str(of.get("id") or ""), _Network(str(of.get("id") or ""), of))
            is_span = told.get("featureType") == "span" or not told.keys().isdisjoint(("start", "end", "transmissionMedium"))
            told["route" if is_span else "location"] = feature.get("geometry")
            (network.spans if is_span else network.nodes).append((number, told))
    except (TypeError, ValueError, AttributeError) as fault:
        raise _broken(fault) from fault
    yield from _sources(path, list(networks.values()), 0)


def open_fibre_table(path: Path, table: Source) -> Iterator[Source | SourceReport]:
    """The layers of a CSV of nodes or spans; other tables of the standard are told and left.

    Raises
    ------
    SourceFault
        ``OFDS_BROKEN``, and those of the table.
    """
    part = next(header.split("/")[0] for header in table.headers if header.endswith("/0/id") and header.count("/") == 2)
    is_inner = any(re.fullmatch(r"\w+/0/\w+/0/.*", header) for header in table.headers)
    if is_inner or part not in ("nodes", "spans"):
        rows = sum(1 for _ in table.rows())
        finding = Finding(
            "OFDS_TABLE", INFO, found=f"the table of {part}, {rows} rows", expected="nodes.csv and spans.csv",
            next_step="nothing of it is plant: skipped",
        )  # fmt: skip
        yield SourceReport(str(path), table.sheet, rows_read=rows, refused=rows, findings=[finding])
        return
    networks: dict[str, _Network] = {}
    for number, cells, _ in table.rows():
        told = _unfolded(dict(zip(table.headers, cells, strict=True)) if isinstance(cells, tuple) else {}, f"{part}/0/")
        network = networks.setdefault(told["network"], _Network(told["network"], {}))
        getattr(network, part).append((number, told))
    yield from _sources(path, list(networks.values()), 0)


def _unfolded(cells: dict[str, str], before: str) -> dict:
    """What a row of the CSV form says, in the members of the JSON form."""
    told: dict = {"network": cells.get("id", "")}
    for header, value in cells.items():
        name = header.removeprefix(before)
        if header.startswith(before) and "/" not in name and str(value).strip():
            told[name] = value.split(";") if name in ("type", "technologies", "transmissionMedium", "deployment") else value
    for name in ("location", "route"):
        if name in told:
            try:
                told[name] = shapely.from_wkt(told[name]).__geo_interface__
            except shapely.errors.ShapelyError:
                told[name] = {"type": told[name][:40]}
    return told


def _sources(path: Path, networks: list[_Network], linked: int) -> Iterator[Source | SourceReport]:
    findings: list[Finding] = []
    if linked:
        findings.append(Finding(
            "OFDS_LINKED", WARNING, found=f"{linked} links to nodes or spans in other files", expected="nodes and spans in the file",
            next_step="deliver those files too: nothing is fetched",
        ))  # fmt: skip
    rows: dict[str, list[tuple]] = {layer: [] for layer in _HEADERS}
    for network in networks:
        for number, node in network.nodes:
            _add_node(rows, network, number, node)
        for number, span in network.spans:
            _add_span(rows, network, number, span, findings)
    crs = next((_crs(network.told.get("crs")) for network in networks if network.told.get("crs")), "EPSG:4326")
    if not rows["structure"] and not rows["section"]:
        findings.append(Finding("LAYER_EMPTY", INFO, found="no node and no span", next_step="skipped"))
        yield SourceReport(str(path), findings=findings)
    for layer, headers in _HEADERS.items():
        if rows[layer]:
            yield Source(
                file=str(path), sheet=layer, headers=headers, geometry=_GEOMETRY.get(layer), crs=crs if layer in _GEOMETRY else None,
                encoding="utf-8", row_count=len(rows[layer]), rows=_reader(rows[layer]), header_row=0, row_estimate=len(rows[layer]),
                findings=findings,
            )  # fmt: skip
            findings = []


def _reader(rows: list[tuple]) -> Callable[[], Iterator]:
    return lambda: iter(rows)


def _add_node(rows: dict[str, list[tuple]], network: _Network, number: int, node: dict) -> None:
    types = _texts(node.get("type"))
    code, life, name = _code(network, "N", node.get("id")), _life(node), _text(node.get("name"))
    kind = "street_cabinet" if any(one in _CABINETS for one in types) else "building"
    rows["structure"].append((number, (code, kind, name, life, _metres(network.told.get("accuracy"))), _wkb(node.get("location"))))
    if code and any(one in _SITES for one in types):
        rows["site"].append((number, (f"{code}-SITE", code, name), None))


def _add_span(rows: dict[str, list[tuple]], network: _Network, number: int, span: dict, findings: list[Finding]) -> None:
    media = _texts(span.get("transmissionMedium"))
    code = _code(network, "S", span.get("id"))
    if media and not set(media) & {"fibre", "copper", "coaxial"}:
        findings.append(Finding(
            "OFDS_MEDIUM", INFO, row=number, subject=code, found=", ".join(media), expected="fibre or copper",
            next_step="no ground is dug for it: the span is skipped",
        ))  # fmt: skip
        return
    life, built = _life(span), _text(span.get("readyForServiceDate"))
    route = _joined(network, span, number, code, findings)
    ends = [_code(network, "N", _id(span.get(end))) for end in ("start", "end")]
    kind = next((_DEPLOYED[one] for one in _texts(span.get("deployment")) if one in _DEPLOYED), "trench")
    rows["section"].append((number, (code, kind, *ends, life, built), route))
    if media and "fibre" not in media:
        return
    model = _model(span, number, code, findings)
    if code is None or model is None:
        return
    cable = _code(network, "C", span.get("id"))
    rows["cable"].append((number, (cable, "fibre", _text(span.get("name")), life, built), None))
    sheath = _sheath_m(span, route, number, code, findings)
    rows["segment"].append((number, (cable, "S01", model, *ends, sheath, life, built), None))
    rows["cable_run"].append((number, (f"{cable}/S01", 1, code), None))


def _joined(network: _Network, span: dict, number: int, code: str | None, findings: list[Finding]) -> bytes | None:
    """The route, drawn on to its nodes where they lie within the accuracy that the network tells of itself."""
    route, accuracy = _wkb(span.get("route")), _metres(network.told.get("accuracy"))
    line = shapely.from_wkb(route, on_invalid="ignore") if route else None
    if line is None or line.geom_type != "LineString" or line.is_empty or not accuracy:
        return route
    spots, moved = list(line.coords), 0.0
    for end, at in (("start", 0), ("end", -1)):
        node = shapely.from_wkb(_wkb(_location(network, span.get(end))), on_invalid="ignore")
        if node is None or node.geom_type != "Point" or node.is_empty:
            continue
        gap = _GEOD.inv(*spots[at], node.x, node.y)[2]
        if 0 < gap <= accuracy:
            spots.insert(0 if at == 0 else len(spots), (node.x, node.y))
            moved = max(moved, gap)
    if not moved:
        return route
    findings.append(Finding(
        "OFDS_SNAPPED", WARNING, row=number, column="route", subject=code, found=f"a route that ends {moved:.1f} m from its node",
        expected=f"at its node; the network is accurate to {accuracy:g} m", next_step="the line is drawn on to the node",
    ))  # fmt: skip
    return shapely.to_wkb(shapely.LineString(spots))


def _location(network: _Network, end: object) -> object:
    if isinstance(end, dict) and end.get("location"):
        return end["location"]
    return next((node.get("location") for _, node in network.nodes if node.get("id") == _id(end)), None)


def _model(span: dict, number: int, code: str | None, findings: list[Finding]) -> str | None:
    """The cable of the catalogue with as many strands; the next larger one where there is none, which is told."""
    try:
        wanted = int(str(span.get("fibreCount") or 0))
    except ValueError:
        wanted = 0
    fitting = next((count for count in _COUNTS if count >= wanted), None) if wanted > 0 else None
    if fitting == wanted:
        return f"GYTA-{fitting}"
    findings.append(Finding(
        "OFDS_FIBRES", WARNING, row=number, column="fibreCount", subject=code, found=str(span.get("fibreCount") or "no fibre count"),
        expected="a number of fibres that cables are made with",
        next_step=f"a cable of {fitting} strands is taken" if fitting else "the span is a section without a cable",
    ))  # fmt: skip
    return f"GYTA-{fitting}" if fitting else None


def _sheath_m(span: dict, route: bytes | None, number: int, code: str, findings: list[Finding]) -> float | None:
    """Metres of sheath: the length told in km, in metres where only that fits the route; that of the route where none is told."""
    route_m = round(_GEOD.geometry_length(shapely.from_wkb(route)), 1) if route else None
    try:
        told = float(span.get("fibreLength") or 0)
    except (TypeError, ValueError):
        told = 0.0
    if told <= 0:
        return route_m
    if route_m and told * 1000 > _TOO_LONG * route_m:
        findings.append(Finding(
            "I19", WARNING, row=number, column="fibreLength", subject=code, found=f"{told:g} km along a route of {route_m / 1000:.1f} km",
            expected="km", next_step=f"read as metres: {told:g} m",
        ))  # fmt: skip
        return told
    return told * 1000


def _code(network: _Network, kind: str, id_: object) -> str | None:
    return f"{network.prefix}-{kind}{id_}" if _text(id_) else None


def _id(end: object) -> object:
    return end.get("id") if isinstance(end, dict) else end


def _text(value: object) -> str | None:
    return None if value is None or not str(value).strip() else str(value).strip()


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if _text(value) else []


def _life(told: dict) -> str | None:
    status = _text(told.get("status"))
    return _LIFE.get(status, status) if status else None


def _metres(value: object) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _crs(told: object) -> str:
    name = str(told.get("name") or told.get("uri") or "") if isinstance(told, dict) else ""
    code = re.search(r"EPSG\D*(?:[\d.]+\D+)?(\d{4,6})$", name)
    return f"EPSG:{code[1]}" if code else "EPSG:4326" if not name or re.search(r"CRS84|WGS ?84", name, re.IGNORECASE) else name


def _wkb(geometry: object) -> bytes | None:
    if not isinstance(geometry, dict):
        return None
    try:
        return shapely.to_wkb(shapely.force_2d(shape(geometry)))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        # Bytes that are no geometry: the row is told like any that cannot be read.
        return b"\0"


def _broken(fault: Exception) -> SourceFault:
    found = f"{type(fault).__name__} {fault}"[:200]
    expected, step = "a package of the Open Fibre Data Standard 0.3", "check it against the standard's schema"
    return SourceFault(Finding("OFDS_BROKEN", ERROR, found=found, expected=expected, next_step=step))
