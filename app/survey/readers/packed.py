"""Look into a workbook before it is opened: sizes while unpacking, how far its cells reach, and cells that hold an error."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.survey.findings import ERROR, Finding
from app.survey.readers.source import SourceFault

MOST_MEMBERS = 2_000
MOST_BYTES = 2 << 30
LARGEST_RATIO = 50
FREE_BYTES = 64 << 20
_CHUNK = 1 << 20
# A tag that a chunk cuts in two is read again with the next one; no tag of a cell is longer than this.
_OVERLAP = 512
_CELL_WITH_ERROR = re.compile(rb'<(?:\w+:)?c (?=[^<>]*\bt="e")[^<>]*\br="([A-Z]{1,3})(\d{1,7})"')
_HIDDEN = re.compile(
    rb'<(?:\w+:)?((?:row|col) [^<>]*\bhidden="(?:1|true)"|table-(?:row|column) [^<>]*\bvisibility="(?:collapse|filter)")'
)
_FILTERED = re.compile(rb"<(?:\w+:)?(?:filterColumn|filter-condition|filter-and|filter-or) ")
# An ODS has all of its sheets in one part.
_ODS_SHEETS, ODS_TITLE = "content.xml", ""
# Cells beyond Z or beyond row 99 999 that hold something: they alone decide whether a sheet is too large.
_FAR_CELL = re.compile(rb'<(?:\w+:)?c [^<>]*\br="([A-Z]{2,3}\d{1,7}|[A-Z]\d{6,7})"[^<>]*(?<!/)>')


@dataclass
class PackedSheet:
    """What one sheet's part holds: its farthest cell; row -> first column with an error such as #REF! (from 1); what is hidden."""

    last_row: int = 99_999
    last_column: int = 26
    error_cells: dict[int, int] = field(default_factory=dict)
    hidden_rows: int = 0
    hidden_columns: int = 0
    is_filtered: bool = False


def inspect_workbook(path: Path) -> dict[str, PackedSheet]:
    """Every worksheet by its title.

    Raises
    ------
    SourceFault
        ``FILE_TRUNCATED`` where the archive is damaged, ``FILE_UNSAFE`` where unpacking it would exhaust the machine.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _inspect(archive)
    except (zipfile.BadZipFile, EOFError, KeyError, zipfile.zlib.error, NotImplementedError, RuntimeError, OSError) as fault:
        raise SourceFault(
            Finding(
                "FILE_TRUNCATED",
                ERROR,
                found=f"the workbook is damaged or cut off: {fault}",
                next_step="deliver the whole file again, saved as XLSX without a password",
            )
        ) from fault


def _inspect(archive: zipfile.ZipFile) -> dict[str, PackedSheet]:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise SourceFault(_unsafe(f"{len(members)} members", f"at most {MOST_MEMBERS}"))
    titles = _sheet_titles(archive) if "xl/workbook.xml" in archive.namelist() else {_ODS_SHEETS: ODS_TITLE}
    sheets: dict[str, PackedSheet] = {}
    packed = unpacked = 0
    for member in members:
        packed += member.compress_size
        sheet = sheets.setdefault(titles[member.filename], PackedSheet()) if member.filename in titles else None
        for chunk in _unpacked(archive, member):
            unpacked += len(chunk)
            _hold_in_bounds(packed, unpacked)
            if sheet is not None:
                _scan(chunk, sheet)
    return sheets


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes; to the end, so that its checksum is tested."""
    with archive.open(member) as file:
        tail = b""
        while chunk := file.read(_CHUNK):
            chunk = tail + chunk
            if b"<!DOCTYPE" in chunk and member.filename.endswith((".xml", ".rels")):
                raise SourceFault(_unsafe("a document type declaration", "none"))
            # A tag that is cut comes whole with the next chunk, and no tag comes twice.
            cut = chunk.rfind(b"<", max(len(chunk) - _OVERLAP, 0))
            cut = len(chunk) if cut < 0 else cut
            yield chunk[:cut]
            tail = chunk[cut:]
        yield tail


def _hold_in_bounds(packed: int, unpacked: int) -> None:
    if unpacked > MOST_BYTES or (unpacked > FREE_BYTES and unpacked > LARGEST_RATIO * packed):
        raise SourceFault(_unsafe(f"{packed} bytes unpack to more than {unpacked}", f"at most {LARGEST_RATIO} times as many"))


def _scan(chunk: bytes, sheet: PackedSheet) -> None:
    for tag in _HIDDEN.findall(chunk):
        sheet.hidden_rows += tag.startswith((b"row", b"table-row"))
        sheet.hidden_columns += tag.startswith((b"col", b"table-column"))
    sheet.is_filtered |= _FILTERED.search(chunk) is not None
    for matched in _CELL_WITH_ERROR.finditer(chunk):
        sheet.error_cells.setdefault(int(matched[2]), _column_number(matched[1]))
    for reference in _FAR_CELL.findall(chunk):
        letters = reference.rstrip(b"0123456789")
        sheet.last_row = max(sheet.last_row, int(reference[len(letters) :]))
        sheet.last_column = max(sheet.last_column, _column_number(letters))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet_titles(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part name -> sheet title."""
    # Both parts are small and written by programs; a pattern reads them without an XML parser's entity risks.
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for link in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links):
        found = dict(re.findall(r'\b(Id|Target)="([^"]*)"', link))
        if len(found) == 2:
            target = found["Target"]
            targets[found["Id"]] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    titles = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        found = dict(re.findall(r'\b(name|id)="([^"]*)"', tag))
        if found.get("id") in targets:
            titles[targets[found["id"]]] = _unescaped(found.get("name", ""))
    return titles


def _unescaped(text: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text


def _unsafe(found: str, expected: str) -> Finding:
    return Finding("FILE_UNSAFE", ERROR, found=found, expected=expected, next_step="save the survey as CSV")
