"""ZIP files with surveys in them: shapefiles with their parts, QField packages with their photos, and any other format that is read."""

import gzip
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from app.survey.findings import ERROR, INFO, Finding, SourceReport
from app.survey.readers.archive import Archive, hold_in_bounds
from app.survey.readers.pictures import SUFFIXES
from app.survey.readers.source import RawRow, Source, SourceFault

Open = Callable[[Path], Iterator[Source | SourceReport]]
# Unpacks the file into a folder that goes with the block, and gives its place.
Unpack = Callable[[], AbstractContextManager[Path]]
# What lies beside a file and is read with it.
_PARTS = {".shp": (".shx", ".dbf", ".prj", ".cpg"), ".gpkg": (".gpkg-wal",)}
_CHUNK = 1 << 20
_ALONE = (".zip", ".kmz")


def open_zipped(path: Path, suffixes: frozenset[str], open_member: Open) -> Iterator[Source | SourceReport]:
    """The sources of each file in the archive that is a survey; the others are counted.

    Parameters
    ----------
    suffixes
        Of files that ``open_member`` reads.

    Raises
    ------
    SourceFault
        ``FILE_KIND`` where it holds no survey, and those of `Archive`.
    """
    with Archive(path) as archive:
        members = archive.members
    mains = [member for member in members if _suffix(member) in suffixes and _suffix(member) not in _ALONE]
    inner = [member for member in members if _suffix(member) in _ALONE]
    yield from (_left_out(path, member) for member in inner)
    if not mains:
        if inner:
            return
        raise SourceFault(
            Finding("FILE_KIND", ERROR, found="a ZIP file without a survey", expected=", ".join(sorted(suffixes)),
                    next_step="deliver the files unpacked")
        )  # fmt: skip
    taken = {part for main in mains for part in _parts(main, members)}
    # Pictures that rows name are taken, and the others told, by who takes them.
    taken.update(inner, (member for member in members if _suffix(member) in SUFFIXES))
    rest = Counter(_suffix(member) or "no suffix" for member in members if member not in taken)
    if rest:
        told = ", ".join(f"{count} {suffix}" for suffix, count in sorted(rest.items()))
        yield SourceReport(str(path), findings=[Finding("FILE_SKIPPED", INFO, found=told, next_step="not survey files: skipped")])
    for main in mains:
        yield from _unpacked_sources(path, main if len(mains) > 1 else None, partial(_unpacked, path, main), open_member)


def open_gzipped(path: Path, suffix: str, open_member: Open) -> Iterator[Source | SourceReport]:
    """The sources of one packed file, ``name.osm.gz``.

    Raises
    ------
    SourceFault
        ``FILE_KIND``, ``FILE_TRUNCATED``, ``FILE_UNSAFE``.
    """
    if not path.stem.lower().endswith(suffix):
        found = f"a packed {Path(path.stem).suffix or 'file'}"
        raise SourceFault(Finding("FILE_KIND", ERROR, found=found, expected=f"{suffix}.gz", next_step="deliver the file unpacked"))
    yield from _unpacked_sources(path, None, partial(_gunzipped, path, suffix), open_member)


@contextmanager
def _gunzipped(path: Path, suffix: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="survey-") as folder:
        place, packed, unpacked = Path(folder, f"survey{suffix}"), path.stat().st_size, 0
        try:
            with gzip.open(path) as source, place.open("xb") as target:
                while chunk := source.read(_CHUNK):
                    unpacked += len(chunk)
                    hold_in_bounds(packed, unpacked)
                    target.write(chunk)
        except (EOFError, gzip.BadGzipFile, zlib.error) as fault:
            found = f"the file is damaged or cut off: {fault}"[:200]
            raise SourceFault(Finding("FILE_TRUNCATED", ERROR, found=found, next_step="deliver the whole file again")) from fault
        yield place


def _unpacked_sources(path: Path, part: str | None, unpack: Unpack, open_member: Open) -> Iterator[Source | SourceReport]:
    """The sources of a packed file; its sheets are told with the part of the archive that they are of."""
    with unpack() as place:
        for number, source in enumerate(open_member(place)):
            source = replace(source, file=str(path), sheet="/".join(filter(None, (part, source.sheet))) or None)
            yield source if isinstance(source, SourceReport) else replace(source, rows=partial(_rows, unpack, number, open_member))


def _rows(unpack: Unpack, number: int, open_member: Open) -> Iterator[RawRow]:
    with unpack() as place:
        for position, source in enumerate(open_member(place)):
            if position == number and isinstance(source, Source):
                yield from source.rows()
                return


@contextmanager
def _unpacked(path: Path, main: str) -> Iterator[Path]:
    """The file in a folder of its own beside its parts, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="survey-") as folder, Archive(path) as archive:
        for part in _parts(main, archive.members):
            archive.unpack(part, Path(folder), f"survey{_suffix(part)}")
        yield Path(folder, f"survey{_suffix(main)}")


def _parts(main: str, members: list[str]) -> list[str]:
    stem = main[: -len(PurePosixPath(main).suffix)].casefold()
    wanted = {stem + suffix for suffix in _PARTS.get(_suffix(main), ())}
    return [main, *(member for member in members if member.casefold() in wanted)]


def _suffix(member: str) -> str:
    return PurePosixPath(member).suffix.lower()


def _left_out(path: Path, member: str) -> SourceReport:
    found, step = "an archive inside the archive", "deliver it unpacked"
    return SourceReport(str(path), member, findings=[Finding("FILE_KIND", ERROR, found=found, expected="survey files", next_step=step)])
