"""GPX: waypoints, routes, and each piece of a track, as points and lines with what the receiver noted."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import Element

import shapely

from app.survey.findings import ERROR, INFO, Finding, SourceReport
from app.survey.readers.source import RawRow, Source
from app.survey.readers.xml import local_name, read_elements

_NOTES = ("name", "cmt", "desc", "src", "sym", "type", "number", "ele", "time", "fix", "sat", "hdop", "vdop", "pdop")
_KINDS = {"waypoints": "point", "routes": "line", "tracks": "line"}


def open_gpx(path: Path) -> Iterator[Source | SourceReport]:
    """A source each for waypoints, routes and tracks, where there are any; a row of tracks is one unbroken piece.

    Raises
    ------
    SourceFault
        ``FILE_KIND``, ``FILE_UNSAFE``, ``FILE_TRUNCATED``.
    """
    counts: Counter[str] = Counter()
    headers: dict[str, dict[str, None]] = {}
    for sheet, cells, _ in _features(path):
        counts[sheet] += 1
        headers.setdefault(sheet, {}).update(dict.fromkeys(cells))
    if not counts:
        yield SourceReport(str(path), findings=[Finding("LAYER_EMPTY", INFO, found="no waypoint, route or track", next_step="skipped")])
    for sheet, kind in _KINDS.items():
        if counts[sheet]:
            names = tuple(headers[sheet])
            yield Source(
                file=str(path), sheet=sheet, headers=names, geometry=kind, crs="EPSG:4326", encoding=None, row_count=counts[sheet],
                rows=partial(_rows, path, sheet, names), header_row=0, row_estimate=counts[sheet],
            )  # fmt: skip


def _rows(path: Path, wanted: str, headers: tuple[str, ...]) -> Iterator[RawRow]:
    number = 0
    for sheet, cells, spots in _features(path):
        if sheet != wanted:
            continue
        number += 1
        if spots.__class__ is str:
            yield number, Finding("GEOM_BROKEN", ERROR, row=number, found=spots, next_step="survey the place again"), None
        else:
            shape = shapely.Point(spots[0]) if len(spots) == 1 else shapely.LineString(spots) if spots else None
            yield number, tuple(cells.get(name) for name in headers), None if shape is None else shapely.to_wkb(shape)


def _features(path: Path) -> Iterator[tuple[str, dict[str, str], list[tuple[float, float]] | str]]:
    """Sheet, cells, and places or what is wrong with them."""
    inside = 0
    for event, element in read_elements(path, "gpx"):
        tag = local_name(element)
        if event == "start":
            inside += tag in ("trk", "rte")
        elif tag == "wpt":
            yield "waypoints", _cells(element), _spots([element])
            element.clear()
        elif tag in ("trk", "rte"):
            inside -= 1
            yield from _lines(tag, element)
            element.clear()
        elif not inside and tag == "metadata":
            element.clear()


def _lines(tag: str, element: Element) -> Iterator[tuple[str, dict[str, str], list[tuple[float, float]] | str]]:
    cells = _cells(element)
    if tag == "rte":
        yield "routes", cells, _spots([point for point in element if local_name(point) == "rtept"])
        return
    pieces = [child for child in element if local_name(child) == "trkseg"]
    for number, piece in enumerate(pieces, 1):
        own = {**cells, "piece": str(number)} if len(pieces) > 1 else cells
        yield "tracks", own, _spots([point for point in piece if local_name(point) == "trkpt"])
    if not pieces:
        yield "tracks", cells, []


def _cells(element: Element) -> dict[str, str]:
    return {local_name(child): child.text.strip() for child in element if local_name(child) in _NOTES and (child.text or "").strip()}


def _spots(points: list[Element]) -> list[tuple[float, float]] | str:
    try:
        return [(float(point.get("lon", "")), float(point.get("lat", ""))) for point in points]
    except ValueError as fault:
        return f"coordinates that cannot be read: {fault}"[:200]
