"""KML and KMZ: every Placemark is a row; folders, ExtendedData and MultiGeometry are kept."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import Element

import shapely

from app.survey.findings import ERROR, INFO, Finding, SourceReport
from app.survey.readers.archive import Archive
from app.survey.readers.kinds import wkb_kind
from app.survey.readers.source import RawRow, Source, SourceFault
from app.survey.readers.xml import local_name, read_elements

_OWN = ("folder", "name", "description", "address", "phoneNumber", "begin", "end", "when")
_FOLDERS = ("Folder", "Document")
_PLACES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack")
# A drawing with more folders than this is parted by kind alone: each part is another reading of the file.
_MOST_FOLDERS = 20
_MOST_HEADERS = 2_000


@dataclass
class _Table:
    """Placemarks of one folder and kind: how many, and which of their cells are ever filled."""

    count: int = 0
    headers: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Placemark:
    number: int
    folder: str
    cells: dict[str, str]
    place: bytes | None
    fault: str | None


def open_kml(path: Path) -> Iterator[Source | SourceReport]:
    """A source for each folder and kind of geometry.

    Raises
    ------
    SourceFault
        ``FILE_KIND``, ``FILE_UNSAFE``, ``FILE_TRUNCATED``.
    """
    tables: dict[tuple[str, str | None], _Table] = {}
    others: Counter[str] = Counter()
    for mark in _placemarks(path, others):
        table = tables.setdefault((mark.folder, wkb_kind(mark.place)), _Table())
        table.count += 1
        table.headers.update(dict.fromkeys(mark.cells))
        if len(table.headers) > _MOST_HEADERS:
            raise SourceFault(Finding("FILE_KIND", ERROR, found=f"more than {_MOST_HEADERS} kinds of ExtendedData", expected="a survey"))
    findings = [Finding("KML_SKIPPED", INFO, found=f"{count} {name}", next_step="not plant: skipped") for name, count in others.items()]
    if not tables:
        yield SourceReport(str(path), findings=[*findings, Finding("LAYER_EMPTY", INFO, found="no Placemark", next_step="skipped")])
        return
    yield from _sources(path, tables, findings)


def open_kmz(path: Path) -> Iterator[Source | SourceReport]:
    """The sources of the KML that the archive holds.

    Raises
    ------
    SourceFault
        As `open_kml`, and those of `Archive`.
    """
    with Archive(path) as archive:
        members = [member for member in archive.members if member.lower().endswith(".kml")]
    if not members:
        raise SourceFault(Finding("FILE_KIND", ERROR, found="a KMZ file without .kml", expected="a KML in it", next_step="save it again"))
    for member in members:
        with _unpacked(path, member) as place:
            for source in open_kml(place):
                sheet = "/".join(filter(None, (member if len(members) > 1 else None, source.sheet))) or None
                source = replace(source, file=str(path), sheet=sheet)
                yield source if isinstance(source, SourceReport) else replace(source, rows=partial(_packed_rows, path, member, source.rows))


class _unpacked:  # noqa: N801 - used as a function
    """The KML of an archive in a place of its own, gone afterwards."""

    def __init__(self, path: Path, member: str):
        self._path, self._member = path, member

    def __enter__(self) -> Path:
        self._folder = tempfile.TemporaryDirectory(prefix="survey-")
        with Archive(self._path) as archive:
            return archive.unpack(self._member, Path(self._folder.name), "doc.kml")

    def __exit__(self, *failure) -> None:
        self._folder.cleanup()


def _packed_rows(path: Path, member: str, rows: partial) -> Iterator[RawRow]:
    with _unpacked(path, member) as place:
        yield from rows.func(place, *rows.args[1:])


def _sources(path: Path, tables: dict, findings: list[Finding]) -> Iterator[Source]:
    folders = {folder for folder, _ in tables}
    parts: dict[tuple[str | None, str | None], _Table] = {}
    for (folder, kind), table in tables.items():
        part = parts.setdefault((folder if len(folders) <= _MOST_FOLDERS else None, kind), _Table())
        part.count += table.count
        part.headers |= table.headers
    several = len(parts) > 1
    for (folder, kind), part in parts.items():
        sheet = ": ".join(filter(None, (folder, kind or "no place"))) if several else folder or None
        # ``name`` and ``folder`` first, as the surveyor sees them.
        headers = tuple(sorted(part.headers, key=lambda name: (_OWN.index(name) if name in _OWN else len(_OWN))))
        yield Source(
            file=str(path), sheet=sheet, headers=headers, geometry=kind, crs="EPSG:4326", encoding=None, row_count=part.count,
            rows=partial(_rows, path, folder, kind, headers), header_row=0, row_estimate=part.count, findings=findings,
        )  # fmt: skip
        findings = []


def _rows(path: Path, folder: str | None, kind: str | None, headers: tuple[str, ...]) -> Iterator[RawRow]:
    for mark in _placemarks(path, Counter()):
        if (folder is None or mark.folder == folder) and wkb_kind(mark.place) == kind:
            if mark.fault:
                yield mark.number, Finding("GEOM_BROKEN", ERROR, row=mark.number, found=mark.fault, next_step="draw it again"), None
            else:
                yield mark.number, tuple(mark.cells.get(name) for name in headers), mark.place


def _placemarks(path: Path, others: Counter) -> Iterator[_Placemark]:
    names: list[str] = []
    inside = number = 0
    for event, element in read_elements(path, "kml"):
        tag = local_name(element)
        if event == "start":
            if tag in _FOLDERS:
                names.append("")
            inside += tag == "Placemark"
        elif tag == "Placemark":
            inside -= 1
            number += 1
            yield _placemark(number, "/".join(filter(None, names)), element)
            element.clear()
        elif not inside:
            if tag == "name" and names:
                names[-1] = names[-1] or " ".join((element.text or "").split())
            elif tag in _FOLDERS:
                names.pop()
                element.clear()
            elif tag in ("GroundOverlay", "ScreenOverlay", "PhotoOverlay", "NetworkLink", "Tour"):
                others[tag] += 1
                element.clear()
            elif tag in ("Style", "StyleMap", "Schema"):
                element.clear()


def _placemark(number: int, folder: str, element: Element) -> _Placemark:
    cells = {"folder": folder} if folder else {}
    for child in element.iter():
        tag, text = local_name(child), (child.text or "").strip()
        if tag == "Data":
            value = next((one for one in child if local_name(one) == "value"), None)
            cells[child.get("name") or "Data"] = (value.text or "").strip() if value is not None else ""
        elif tag == "SimpleData":
            cells[child.get("name") or "SimpleData"] = text
    for child in element:
        if local_name(child) in _OWN and (child.text or "").strip():
            cells.setdefault(local_name(child), child.text.strip())
    try:
        places = [place for child in element if local_name(child) in _PLACES for place in _shapes(child)]
        shape = _together(places)
        return _Placemark(number, folder, cells, None if shape is None else shapely.to_wkb(shape), None)
    except (ValueError, shapely.errors.ShapelyError) as fault:
        return _Placemark(number, folder, cells, None, f"coordinates that cannot be read: {fault}"[:200])


def _shapes(element: Element) -> list[shapely.Geometry]:
    tag = local_name(element)
    if tag in ("MultiGeometry", "MultiTrack"):
        return [place for child in element if local_name(child) in _PLACES for place in _shapes(child)]
    if tag == "Track":
        spots = [_numbers(child.text) for child in element if local_name(child) == "coord"]
        return [_line(spots)] if spots else []
    if tag == "Polygon":
        rings = {"outerBoundaryIs": [], "innerBoundaryIs": []}
        for child in element:
            if local_name(child) in rings:
                rings[local_name(child)] += [_spots(ring) for ring in child if local_name(ring) == "LinearRing"]
        return [shapely.Polygon(rings["outerBoundaryIs"][0], rings["innerBoundaryIs"])] if rings["outerBoundaryIs"] else []
    spots = _spots(element)
    if not spots:
        return []
    return [shapely.Point(spots[0])] if tag == "Point" else [_line(spots)]


def _line(spots: list[tuple[float, ...]]) -> shapely.Geometry:
    # A line of one place is a place: what the drawing means is for the checks to say.
    return shapely.LineString(spots) if len(spots) > 1 else shapely.Point(spots[0])


def _spots(element: Element) -> list[tuple[float, float]]:
    text = next((child.text for child in element if local_name(child) == "coordinates"), None) or ""
    return [_numbers(spot, ",") for spot in text.split()]


def _numbers(text: str | None, separator: str | None = None) -> tuple[float, float]:
    values = [float(part) for part in (text or "").split(separator)[:2]]
    if len(values) < 2:
        raise ValueError(f"{text!r}"[:60])
    return values[0], values[1]


def _together(places: list[shapely.Geometry]) -> shapely.Geometry | None:
    if len(places) < 2:
        return places[0] if places else None
    kinds = {place.geom_type for place in places}
    make = {"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}
    return make[kinds.pop()](places) if len(kinds) == 1 else shapely.GeometryCollection(places)


