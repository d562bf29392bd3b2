"""Sources that mix points, lines and polygons are parted by kind, so that each part fits a layer and no row is lost."""

import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from app.survey.readers.source import RawRow, Source

KINDS = ("point", "line", "polygon")
# The simple types, then curves and surfaces, by their numbers in well-known binary.
_BY_NUMBER = {
    1: "point", 4: "point",
    2: "line", 5: "line", 8: "line", 9: "line", 11: "line", 13: "line",
    3: "polygon", 6: "polygon", 10: "polygon", 12: "polygon", 14: "polygon", 15: "polygon", 16: "polygon", 17: "polygon",
}  # fmt: skip
_COLLECTION = 7


def wkb_kind(wkb: bytes | None) -> str | None:
    """``point``, ``line`` or ``polygon``; that of its first member for a collection; None for none and for broken bytes."""
    at = 0
    while wkb and len(wkb) >= at + 5:
        number = struct.unpack_from("<I" if wkb[at] else ">I", wkb, at + 1)[0] & 0x0FFFFFFF
        if number % 1000 != _COLLECTION:
            return _BY_NUMBER.get(number % 1000)
        at += 9
    return None


def count_kinds(places: Iterable[bytes | None]) -> Counter:
    """How many places there are of each kind; None counts those without one."""
    return Counter(map(wkb_kind, places))


def part_by_kind(source: Source, kinds: Counter) -> Iterator[Source]:
    """The source with its kind of geometry; several sources where it has several kinds.

    Rows without a geometry go with the commonest kind.
    """
    found = [kind for kind in KINDS if kinds[kind]]
    if len(found) < 2:
        yield replace(source, geometry=found[0] if found else None)
        return
    commonest = max(found, key=lambda kind: kinds[kind])
    for kind in found:
        # The commonest takes whatever none of the others takes.
        others = frozenset(found) - {kind}
        count = sum(kinds.values()) - sum(kinds[one] for one in others) if kind == commonest else kinds[kind]
        rows = partial(_all_but, source.rows, others) if kind == commonest else partial(_only, source.rows, kind)
        yield replace(
            source, sheet=f"{source.sheet}: {kind}" if source.sheet else kind, geometry=kind, row_count=count, row_estimate=count,
            rows=rows, findings=source.findings if kind == commonest else [],
        )  # fmt: skip


def _only(rows: Callable[[], Iterator[RawRow]], kind: str) -> Iterator[RawRow]:
    return (row for row in rows() if wkb_kind(row[2]) == kind)


def _all_but(rows: Callable[[], Iterator[RawRow]], others: frozenset[str]) -> Iterator[RawRow]:
    return (row for row in rows() if wkb_kind(row[2]) not in others)
