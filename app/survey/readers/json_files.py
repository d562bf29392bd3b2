"""Which JSON a file holds - a network, QField deltas, Open Fibre Data, GeoJSON - told by its content."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from app.survey.findings import ERROR, Finding, SourceReport
from app.survey.readers.deltas import is_deltas, open_deltas
from app.survey.readers.geojson import open_geojson
from app.survey.readers.graphs import is_graph, open_graph
from app.survey.readers.open_fibre import is_open_fibre, is_open_fibre_feature, open_fibre_features, open_fibre_package
from app.survey.readers.source import Source, SourceFault

# Of what a JSON says first; a larger file is GeoJSON, which is read in pieces.
_WHOLE = 64 << 20
_IS_FEATURES = re.compile(r'"type"\s*:\s*"FeatureCollection"')


def open_json(path: Path) -> Iterator[Source | SourceReport]:
    """The sources of a JSON file.

    Raises
    ------
    SourceFault
        Those of the reader that takes it.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        start = file.read(1 << 16)
    if _IS_FEATURES.search(start) or path.stat().st_size > _WHOLE:
        if is_open_fibre_feature(start):
            yield from open_fibre_features(path)
        else:
            yield from open_geojson(path)
        return
    told = _load(path)
    if is_graph(told):
        yield from open_graph(path, told)
    elif is_deltas(told):
        yield from open_deltas(path, told)
    elif is_open_fibre(told):
        yield from open_fibre_package(path, told)
    elif isinstance(told, list) and told and all(isinstance(entry, dict) and entry.get("type") != "Feature" for entry in told):
        yield _table(path, told)
    else:
        yield from open_geojson(path)


def _table(path: Path, entries: list[dict]) -> Source:
    headers = tuple(dict.fromkeys(name for entry in entries for name in entry))
    rows = [(number, tuple(_cell(entry.get(name)) for name in headers), None) for number, entry in enumerate(entries, 1)]
    return Source(
        file=str(path), sheet=None, headers=headers, geometry=None, crs=None, encoding="utf-8", row_count=len(rows),
        rows=lambda: iter(rows), header_row=0, row_estimate=len(rows),
    )  # fmt: skip


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _load(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as fault:
        found = f"bytes {fault.object[fault.start : fault.start + 4].hex(' ')}"
        finding = Finding("ENCODING_BROKEN", ERROR, found=found, expected="UTF-8", next_step="save the file again as UTF-8")
        raise SourceFault(finding) from fault
    except (ValueError, RecursionError):
        # The reader of GeoJSON says where a file breaks off.
        return None
