"""Zipped shapefiles: the parts are unpacked to a place of their own, each time that they are read."""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from app.survey.findings import ERROR, Finding, SourceReport
from app.survey.readers.packed import FREE_BYTES, LARGEST_RATIO, MOST_BYTES, MOST_MEMBERS
from app.survey.readers.shapefile import open_shapefile
from app.survey.readers.source import RawRow, Source, SourceFault

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_CHUNK = 1 << 20


def open_zipped(path: Path) -> Iterator[Source | SourceReport]:
    """A source for each shapefile in the archive.

    Raises
    ------
    SourceFault
        ``FILE_TRUNCATED`` where the archive is damaged, ``FILE_UNSAFE`` where unpacking it would exhaust the machine, ``FILE_KIND``
        where it holds no shapefile.
    """
    with _unpacked(path) as folder:
        shapes = sorted(part for part in folder.iterdir() if part.suffix.lower() == ".shp")
        if not shapes:
            found, wanted = "a ZIP file without .shp", "a zipped shapefile"
            raise SourceFault(Finding("FILE_KIND", ERROR, found=found, expected=wanted, next_step="deliver the files unpacked"))
        for shape in shapes:
            for source in open_shapefile(shape):
                sheet = shape.stem if len(shapes) > 1 else None
                if isinstance(source, SourceReport):
                    yield replace(source, file=str(path), sheet=sheet)
                else:
                    yield replace(source, file=str(path), sheet=sheet, rows=partial(_rows, path, shape.name))


def _rows(path: Path, name: str) -> Iterator[RawRow]:
    with _unpacked(path) as folder:
        for source in open_shapefile(folder / name):
            if isinstance(source, Source):
                yield from source.rows()


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """A folder with the parts of the archive's shapefiles, gone afterwards; members keep no folders of their own."""
    with tempfile.TemporaryDirectory(prefix="survey-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(archive, Path(folder))
        except (zipfile.BadZipFile, EOFError, zipfile.zlib.error, NotImplementedError, RuntimeError) as fault:
            raise SourceFault(
                Finding(
                    "FILE_TRUNCATED",
                    ERROR,
                    found=f"the ZIP file is damaged or cut off: {str(fault)[:200]}",
                    next_step="deliver the whole file again, without a password",
                )
            ) from fault
        yield Path(folder)


def _unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise SourceFault(_unsafe(f"{len(members)} members", f"at most {MOST_MEMBERS}"))
    packed = unpacked = 0
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/")).name
        if PurePosixPath(name).suffix.lower() not in _PARTS or name.startswith("."):
            continue
        if (folder / name).exists():
            raise SourceFault(_unsafe(f"{name} twice", "one file of each name"))
        packed += member.compress_size
        with archive.open(member) as source, (folder / name).open("xb") as target:
            while chunk := source.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > MOST_BYTES or (unpacked > FREE_BYTES and unpacked > LARGEST_RATIO * packed):
                    raise SourceFault(_unsafe(f"{packed} bytes unpack to more than {unpacked}", f"at most {LARGEST_RATIO} times as many"))
                target.write(chunk)


def _unsafe(found: str, expected: str) -> Finding:
    return Finding("FILE_UNSAFE", ERROR, found=found, expected=expected, next_step="deliver the files unpacked")
