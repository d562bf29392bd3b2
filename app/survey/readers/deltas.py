"""QField deltas: what a surveyor added and changed offline, one source for each layer of the project."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import shapely

from app.survey.findings import ERROR, WARNING, Finding, SourceReport
from app.survey.readers.kinds import count_kinds, part_by_kind
from app.survey.readers.source import Source, SourceFault

LARGEST = 64 << 20
_METHODS = ("create", "patch", "delete")


def is_deltas(told: object) -> bool:
    """True where the JSON is a file of deltas."""
    return isinstance(told, dict) and isinstance(told.get("deltas"), list) and not told.keys().isdisjoint(("project", "version", "id"))


def open_deltas(path: Path, told: dict) -> Iterator[Source | SourceReport]:
    """A source for each layer; a patched feature is a row with what it had before and what is new.

    Deletions are told and delete nothing.

    Raises
    ------
    SourceFault
        ``DELTA_BROKEN``.
    """
    layers: dict[str, list[tuple[int, dict, dict | None]]] = {}
    deleted: dict[str, list[Finding]] = {}
    try:
        for number, delta in enumerate(told["deltas"], 1):
            if delta["method"] not in _METHODS:
                raise ValueError(f"method {delta['method']!r}"[:60])
            name = str(delta.get("localLayerId") or delta.get("layerId") or "layer")
            if delta["method"] == "delete":
                deleted.setdefault(name, []).append(_deletion(number, delta))
            else:
                before, after = delta.get("old") or {}, delta.get("new") or {}
                cells = {**(before.get("attributes") or {}), **(after.get("attributes") or {})}
                layers.setdefault(name, []).append((number, cells, after.get("geometry") or before.get("geometry")))
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        found = f"delta {number}: {type(fault).__name__} {fault}"[:200]
        step = "synchronise the project again"
        raise SourceFault(Finding("DELTA_BROKEN", ERROR, row=number, found=found, expected="a delta of QField", next_step=step)) from fault
    for name in deleted.keys() - layers.keys():
        yield SourceReport(str(path), name, findings=deleted[name])
    for name, changes in layers.items():
        yield from _source(path, name, changes, deleted.get(name, []))
    if not layers and not deleted:
        yield SourceReport(str(path), findings=[Finding("LAYER_EMPTY", WARNING, found="no delta", next_step="skipped")])


def _source(path: Path, name: str, changes: list, findings: list[Finding]) -> Iterator[Source]:
    headers = tuple(dict.fromkeys(header for _, cells, _ in changes for header in cells))
    rows = [(number, tuple(_cell(cells.get(header)) for header in headers), geometry) for number, cells, geometry in changes]
    made = [_row(number, cells, geometry) for number, cells, geometry in rows]
    source = Source(
        file=str(path), sheet=name, headers=headers, geometry=None, crs=None, encoding="utf-8", row_count=len(made), rows=_reader(made),
        header_row=0, row_estimate=len(made), findings=findings,
    )  # fmt: skip
    yield from part_by_kind(source, count_kinds(place for _, _, place in made))


def _reader(rows: list) -> Callable[[], Iterator]:
    return lambda: iter(rows)


def _row(number: int, cells: tuple, geometry: object) -> tuple:
    if geometry is None:
        return number, cells, None
    try:
        return number, cells, shapely.to_wkb(shapely.from_wkt(str(geometry)))
    except shapely.errors.ShapelyError as fault:
        return number, Finding("GEOM_BROKEN", ERROR, row=number, found=str(fault)[:100], next_step="draw the geometry again"), None


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _deletion(number: int, delta: dict) -> Finding:
    return Finding(
        "DELTA_DELETES", WARNING, row=number, subject=str(delta.get("sourcePk") or delta.get("localPk") or "")[:60],
        found="the surveyor deleted a thing", expected="plant that is retired, never deleted by a survey",
        next_step="retire it in NetGrid if it is gone",
    )  # fmt: skip
