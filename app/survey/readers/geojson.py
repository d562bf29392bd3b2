"""GeoJSON, read feature by feature: GDAL keeps up to 200 MB of them in memory, and takes other formats for GeoJSON."""

import json
import marshal
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, starmap
from pathlib import Path
from typing import TextIO

import shapely
from shapely.geometry import shape

from app.survey.findings import ERROR, INFO, Finding, SourceReport
from app.survey.readers.kinds import part_by_kind
from app.survey.readers.source import RawRow, Source, SourceFault
from app.survey.readers.vector import geometry_kind
from app.survey.readers.wkb import write_points, write_wkb

_CHUNK = 1 << 20
# One feature larger than this is not a survey; the bound keeps a broken file from being read whole.
_LARGEST_PIECE = 64 << 20
# Features at a time: so few that they stay in the processor's cache.
_AT_ONCE = 500
_SPACES = " \t\r\n"
_SPACE = re.compile(f"[{_SPACES}]*")
# Between two values of an array.
_COMMA = re.compile(rf"[{_SPACES}]*,[{_SPACES}]*(?=[^\]{_SPACES}])")
_URN = re.compile(r"(?:urn:ogc:def:crs:)?EPSG:{1,2}(?:[\d.]*:)?(\d+)$", re.IGNORECASE)
_MOST_HEADERS = 2_000
_NESTED = {dict, list}
# Bytes from which a file is not parsed twice, and a form without references between values, which is quickest.
_LARGE, _PLAIN = 8 << 20, 2


class _Cut(Exception):
    """The text ended too early."""


class _Text:
    """A JSON text that is read in pieces; ``position`` points into the piece at hand."""

    def __init__(self, file: TextIO):
        self._file = file
        decoder = json.JSONDecoder()
        self._decode, self._scan = decoder.raw_decode, decoder.scan_once
        self.piece = ""
        self.position = 0
        self.ended = False

    def more(self) -> None:
        """Drop what is done and read on."""
        rest = self.piece[self.position :]
        if len(rest) > _LARGEST_PIECE:
            raise ValueError(f"one value longer than {_LARGEST_PIECE} characters")
        # A value that outgrew the piece is tried again only when twice as much is there, so that trying stays cheap.
        chunk = self._file.read(max(_CHUNK, len(rest)))
        self.ended = not chunk
        self.piece = rest + chunk
        self.position = 0

    def peek(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            self.position = _SPACE.match(self.piece, self.position).end()
            if self.position < len(self.piece):
                return self.piece[self.position]
            if self.ended:
                return ""
            self.more()

    def take(self, wanted: str) -> None:
        found = self.peek()
        if not found:
            raise _Cut
        if found not in wanted:
            raise ValueError(f"{found!r} where {' or '.join(wanted)} should be")
        self.position += 1

    def value(self) -> object:
        """The next whole value."""
        if (self.position == len(self.piece) or self.piece[self.position] in _SPACES) and not self.peek():
            raise _Cut
        while True:
            try:
                value, end = self._decode(self.piece, self.position)
            except json.JSONDecodeError:
                if self.ended:
                    raise
            else:
                # A number at the very end of the piece may go on in the next one.
                if end < len(self.piece) or self.ended:
                    self.position = end
                    return value
            self.more()

    def array(self) -> Iterator[list]:
        """The values of the array that comes next, some at a time."""
        self.take("[")
        while self.peek() != "]":
            yield [self.value(), *self._at_hand()]
            if self.peek() != "]":
                self.take(",")
        self.take("]")

    def _at_hand(self) -> list:
        """The further values of an array that are whole in the piece at hand; what is wrong with the next is found when it is read."""
        values, piece, scan = [], self.piece, self._scan
        while len(values) < _AT_ONCE and (found := _COMMA.match(piece, self.position)):
            try:
                value, end = scan(piece, found.end())
            except (StopIteration, ValueError):
                break
            # A number at the very end of the piece may go on in the next one.
            if end == len(piece):
                break
            values.append(value)
            self.position = end
        return values


@dataclass
class _Survey:
    """What the first pass learns."""

    crs: str | None = None
    count: int = 0
    headers: dict[str, None] = field(default_factory=dict)
    kinds: Counter = field(default_factory=Counter)

    def learn(self, features: list[dict]) -> None:
        self.count += len(features)
        properties = [feature.get("properties") or {} for feature in features]
        if not self.headers.keys() >= set(chain.from_iterable(properties)):
            for names in properties:
                self.headers.update(dict.fromkeys(names))
        places = [feature.get("geometry") for feature in features]
        types = Counter(str(place.get("type")) if place.__class__ is dict else None for place in places)
        for name, count in types.items():
            self.kinds[geometry_kind(name)] += count


def open_geojson(path: Path) -> Iterator[Source | SourceReport]:
    """The source of a GeoJSON file; several where it mixes kinds of geometry.

    Raises
    ------
    SourceFault
        ``FILE_TRUNCATED``, ``FILE_KIND`` or ``ENCODING_BROKEN``.
    """
    survey = _Survey()
    kept = _Kept() if path.stat().st_size > _LARGE else None
    for first, features in _features(path, survey):
        survey.learn(features)
        if len(survey.headers) > _MOST_HEADERS:
            raise SourceFault(
                Finding(
                    "FILE_KIND", ERROR, row=first, found=f"more than {_MOST_HEADERS} different properties", expected="one survey layer"
                )
            )
        if kept is not None:
            kept.add(_parse(features, tuple(survey.headers)))
    if not survey.count:
        yield SourceReport(str(path), findings=[Finding("LAYER_EMPTY", INFO, found="no features", next_step="skipped")])
        return
    headers = tuple(survey.headers)
    source = Source(
        file=str(path),
        sheet=None,
        headers=headers,
        geometry=None,
        crs=survey.crs or "EPSG:4326",
        encoding="utf-8",
        row_count=survey.count,
        rows=partial(_rows, partial(_read_again, path, headers) if kept is None else kept.blocks, len(headers), survey.count),
        header_row=0,
        row_estimate=survey.count,
    )
    yield from part_by_kind(source, survey.kinds)


# Cells in the order of the headers known by then; the places as WKB where all of them are points, and as they are written where not.
_Block = tuple[list[tuple], list[bytes] | None, list | None]


def _parse(features: list[dict], headers: tuple[str, ...]) -> _Block:
    cells = [tuple(map((feature.get("properties") or {}).get, headers)) for feature in features]
    if not _NESTED.isdisjoint(map(type, chain.from_iterable(cells))):
        cells = [tuple(json.dumps(cell, ensure_ascii=False) if cell.__class__ in _NESTED else cell for cell in row) for row in cells]
    drawn = [feature.get("geometry") for feature in features]
    places = write_points(drawn)
    return cells, places, drawn if places is None else None


def _read_again(path: Path, headers: tuple[str, ...]) -> Iterator[_Block]:
    return (_parse(features, headers) for _, features in _features(path, _Survey()))


class _Kept:
    """The blocks of a large file, kept on disk: parsing is most of the work of reading, and need not be done twice."""

    def __init__(self):
        self._file = tempfile.TemporaryFile(prefix="survey-")  # noqa: SIM115 - it ends with the source
        self._sizes: list[int] = []

    def add(self, block: _Block) -> None:
        self._sizes.append(self._file.write(marshal.dumps(block, _PLAIN)))

    def blocks(self) -> Iterator[_Block]:
        self._file.flush()
        at = 0
        for size in self._sizes:
            # At a place of its own, since several may read.
            yield marshal.loads(os.pread(self._file.fileno(), size, at))  # noqa: S302 - written above, and nobody else has the file
            at += size


def _rows(blocks: Callable[[], Iterator[_Block]], width: int, count: int) -> Iterator[RawRow]:
    delivered = 0
    for cells, places, drawn in blocks():
        missing = (None,) * (width - len(cells[0]))
        cells = [row + missing for row in cells] if missing else cells
        rows = zip(range(delivered + 1, delivered + 1 + len(cells)), cells, places or drawn, strict=True)
        delivered += len(cells)
        yield from rows if places is not None else starmap(_row, rows)
    if delivered < count:
        raise SourceFault(
            Finding("FILE_TRUNCATED", ERROR, found=f"{delivered} features", expected=f"{count}", next_step="deliver the whole file again")
        )


def _row(number: int, cells: tuple, place: object) -> RawRow:
    try:
        return number, cells, _wkb(place)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, shapely.errors.ShapelyError):
        return (
            number,
            Finding(
                "GEOM_BROKEN",
                ERROR,
                row=number,
                found=str(place)[:100],
                expected="a GeoJSON geometry",
                next_step="draw the geometry again",
            ),
            None,
        )


def _wkb(place: dict | None) -> bytes | None:
    if place is None:
        return None
    quick = write_wkb(place)
    return shapely.to_wkb(shape(place)) if quick is None else quick


def _features(path: Path, survey: _Survey) -> Iterator[tuple[int, list[dict]]]:
    """The features, some at a time, with the number of the first of them, from 1; ``survey.crs`` is set when its member is met."""
    try:
        with path.open(encoding="utf-8-sig", errors="strict") as file:
            yield from _collection(_Text(file), survey)
    except UnicodeDecodeError as fault:
        raise SourceFault(_undecodable(fault)) from fault
    except (_Cut, ValueError, RecursionError) as fault:
        raise SourceFault(
            Finding(
                "FILE_TRUNCATED",
                ERROR,
                found=f"the JSON breaks off or is damaged: {str(fault)[:150] or 'the file ends too early'}",
                next_step="deliver the whole file again",
            )
        ) from fault


def _undecodable(fault: UnicodeDecodeError) -> Finding:
    if fault.reason == "unexpected end of data":
        return Finding("FILE_TRUNCATED", ERROR, found="the file ends inside a character", next_step="deliver the whole file again")
    found = f"bytes {fault.object[fault.start : fault.start + 4].hex(' ')}"
    return Finding("ENCODING_BROKEN", ERROR, found=found, expected="UTF-8", next_step="save the file again as UTF-8")


def _collection(text: _Text, survey: _Survey) -> Iterator[tuple[int, list[dict]]]:
    members: dict[str, object] = {}
    met = False
    text.take("{")
    while text.peek() != "}":
        name = text.value()
        text.take(":")
        if name == "features" and not met:
            met = True
            yield from _array(text)
        else:
            members[str(name)] = text.value()
            survey.crs = _declared(members.get("crs")) or survey.crs
        if text.peek() == "}":
            break
        text.take(",")
    if not met or members.get("type", "FeatureCollection") != "FeatureCollection":
        raise SourceFault(
            Finding(
                "FILE_KIND",
                ERROR,
                found=f"JSON with {', '.join(list(members)[:5]) or 'nothing in it'}",
                expected="a GeoJSON FeatureCollection",
                next_step="export the layer as GeoJSON",
            )
        )
    text.take("}")
    if text.peek():
        raise ValueError("more text after the end")


def _array(text: _Text) -> Iterator[tuple[int, list[dict]]]:
    first = 1
    for values in text.array():
        whole = next((at for at, value in enumerate(values) if not _is_feature(value)), len(values))
        if whole:
            yield first, values[:whole]
        if whole < len(values):
            raise ValueError(f"feature {first + whole} is not a GeoJSON feature")
        first += whole


def _is_feature(value: object) -> bool:
    return value.__class__ is dict and value.get("properties").__class__ in (dict, type(None))


def _declared(crs: object) -> str | None:
    """``EPSG:n`` from the old ``crs`` member; its name as it stands where it is none of EPSG."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name") or "") if isinstance(properties, dict) else ""
    if not name or name.upper().endswith("CRS84"):
        return None
    matched = _URN.search(name)
    return f"EPSG:{matched[1]}" if matched else name
