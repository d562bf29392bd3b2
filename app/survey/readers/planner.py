"""Workbooks of the optical planner GNPy: sheets Nodes and Links, as a transmission network."""

from collections.abc import Iterator
from pathlib import Path

from app.survey.findings import INFO, Finding, SourceReport
from app.survey.headers import header_key
from app.survey.readers.graphs import Drawing, Edge, Node, open_drawing
from app.survey.readers.source import Source

_NODES, _LINKS = ("city", "latitude", "longitude"), ("nodea", "nodez", "distance")


def is_planner(sheets: list[Source | SourceReport]) -> bool:
    """True where a workbook has the two sheets by which the planner knows a network."""
    return None not in _tables(sheets)


def open_planner(path: Path, sheets: list[Source | SourceReport]) -> Iterator[Source | SourceReport]:
    """The layers of the network; the workbook's other sheets are told and left.

    Raises
    ------
    SourceFault
        ``GRAPH_BROKEN``.
    """
    nodes, links = _tables(sheets)
    for sheet in sheets:
        if sheet not in (nodes, links):
            finding = Finding("SHEET_SKIPPED", INFO, found="a sheet of the planner's settings", next_step="no plant: skipped")
            yield SourceReport(str(path), sheet.sheet, findings=[finding])
    drawing = Drawing(path.stem, list(_nodes(nodes)), [])
    known = {node.key for node in drawing.nodes}
    met: set[frozenset[str]] = set()
    for number, cells in _rows(links, ("nodea", "nodez", "distance")):
        tail, head, km = cells
        if tail not in known or head not in known:
            drawing.findings.append(_left(number, f"{tail} - {head}", "an end that is no node"))
        elif frozenset((tail, head)) in met:
            drawing.findings.append(_left(number, f"{tail} - {head}", "a link that was told before, perhaps the other way"))
        else:
            met.add(frozenset((tail, head)))
            drawing.edges.append(Edge(tail, head, "", 1000 * float(km) if _is_number(km) else None))
    yield from open_drawing(path, drawing)


def _nodes(sheet: Source) -> Iterator[Node]:
    for _, (city, latitude, longitude) in _rows(sheet, ("city", "latitude", "longitude")):
        place = (float(longitude), float(latitude)) if _is_number(latitude) and _is_number(longitude) else None
        yield Node(city, city, place)


def _rows(sheet: Source, keys: tuple[str, ...]) -> Iterator[tuple[int, list]]:
    at = [_position(sheet, key) for key in keys]
    for number, cells, _ in sheet.rows():
        if isinstance(cells, tuple):
            yield number, [str(cells[at[0]]).strip(), *(str(cells[i]).strip() for i in at[1:])]


def _position(sheet: Source, key: str) -> int:
    return next(at for at, header in enumerate(sheet.headers) if header_key(header).rpartition("/")[2].endswith(key))


def _tables(sheets: list[Source | SourceReport]) -> tuple[Source | None, Source | None]:
    return _find(sheets, "nodes", _NODES), _find(sheets, "links", _LINKS)


def _find(sheets: list[Source | SourceReport], name: str, keys: tuple[str, ...]) -> Source | None:
    for sheet in sheets:
        if isinstance(sheet, Source) and (sheet.sheet or "").casefold() == name:
            found = [header_key(header) for header in sheet.headers]
            if all(any(one.endswith(key) for one in found) for key in keys):
                return sheet
    return None


def _is_number(text: object) -> bool:
    try:
        float(str(text))
    except ValueError:
        return False
    return True


def _left(number: int, subject: str, found: str) -> Finding:
    return Finding("LINK_LEFT", INFO, row=number, subject=subject[:100], found=found, next_step="left out of the network")
