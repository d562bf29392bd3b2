"""DXF drawings and OpenStreetMap extracts: one driver each, parted by the drawing's layers and by kind of geometry."""

import os
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyogrio

from app.survey.findings import ERROR, INFO, Finding, SourceReport
from app.survey.readers.encoding import detect_encoding
from app.survey.readers.kinds import wkb_kind
from app.survey.readers.source import RawRow, Source, SourceFault
from app.survey.readers.vector import FAULTS, batch_rows, damaged, open_batches

# The driver keeps the whole of these in memory.
LARGEST = 512 << 20
_MOST_LAYERS = 100
_OSM_LAYERS = ("points", "lines", "multilinestrings", "multipolygons", "other_relations")


def open_dxf(path: Path) -> Iterator[Source | SourceReport]:
    """A source for each layer of the drawing and kind of geometry.

    Raises
    ------
    SourceFault
        ``FILE_TRUNCATED``, ``FILE_TOO_LARGE``, and those of `detect_encoding`.
    """
    _check_size(path)
    # Drawings are believed by their bytes: what they say of their code page is often the drafter's, not the text's.
    name = detect_encoding(path).name
    yield from _sources(path, "entities", "Layer", {"gb18030": "GB18030", "cp1252": "CP1252"}.get(name, "UTF-8"))


def open_osm(path: Path) -> Iterator[Source | SourceReport]:
    """A source for each kind of thing in an extract.

    Raises
    ------
    SourceFault
        ``FILE_TRUNCATED``, ``FILE_TOO_LARGE``, ``FILE_UNSAFE``.
    """
    _check_size(path)
    with path.open("rb") as file:
        if b"<!DOCTYPE" in file.read(1 << 20):
            raise SourceFault(Finding("FILE_UNSAFE", ERROR, found="a document type", expected="plain XML", next_step="save it again"))
    # One kind at a time, without an index on disk; nothing else reads this format, so the settings may stay.
    pyogrio.set_gdal_config_options({"OGR_INTERLEAVED_READING": "YES", "OSM_USE_CUSTOM_INDEXING": "NO"})
    for layer in _OSM_LAYERS:
        yield from _sources(path, layer, None, None)


def _check_size(path: Path) -> None:
    size = os.path.getsize(path)
    if size > LARGEST:
        step = "save its layers as GeoPackage"
        raise SourceFault(Finding("FILE_TOO_LARGE", ERROR, found=f"{size} bytes", expected=f"at most {LARGEST}", next_step=step))


def _sources(path: Path, layer: str, parted_by: str | None, encoding: str | None) -> Iterator[Source | SourceReport]:
    crs = None if encoding else "EPSG:4326"
    counts: Counter[tuple[str | None, str | None]] = Counter()
    headers: tuple[str, ...] = ()
    for names, rows in _read(path, layer, encoding):
        headers = names
        at = names.index(parted_by) if parted_by in names else None
        counts.update((None if at is None else str(cells[at]), wkb_kind(place)) for _, cells, place in rows)
    if len({name for name, _ in counts}) > _MOST_LAYERS:
        parted_by = None
        counts = sum((Counter({(None, kind): count}) for (_, kind), count in counts.items()), Counter())
    if not counts:
        yield SourceReport(str(path), layer, findings=[Finding("LAYER_EMPTY", INFO, found="nothing drawn", next_step="skipped")])
    for (name, kind), count in counts.items():
        sheet = ": ".join(filter(None, (name or layer, kind or "no place")))
        part = (parted_by if name is not None else None, name, kind)
        yield Source(
            file=str(path), sheet=sheet, headers=headers, geometry=kind, crs=crs, encoding=None, row_count=count,
            rows=partial(_rows, path, layer, encoding, part, count), header_row=0, row_estimate=count,
        )  # fmt: skip


def _rows(path: Path, layer: str, encoding: str | None, part: tuple, count: int) -> Iterator[RawRow]:
    parted_by, name, kind = part
    delivered = 0
    for names, rows in _read(path, layer, encoding):
        at = names.index(parted_by) if parted_by else None
        for row in rows:
            if wkb_kind(row[2]) == kind and (at is None or str(row[1][at]) == name):
                delivered += 1
                yield row
    if delivered != count:
        raise SourceFault(damaged(ValueError(f"{delivered} of {count} things")))


def _read(path: Path, layer: str, encoding: str | None) -> Iterator[tuple[tuple[str, ...], list[RawRow]]]:
    """Headers and rows of each batch; the numbers count from 1."""
    number = 0
    pyogrio.set_gdal_config_options({"DXF_ENCODING": encoding})
    try:
        with open_batches(path, layer=layer) as (told, reader):
            names = [str(name) for name in told["fields"]]
            for batch in reader:
                taken = batch_rows(batch, names, told, 0)
                rows = [(position, cells, place) for position, (_, cells, place) in enumerate(taken, number + 1)]
                number += len(rows)
                yield tuple(names), rows
    except FAULTS as fault:
        raise SourceFault(damaged(fault)) from fault
