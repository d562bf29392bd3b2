"""Tell the encoding of a text file by reading all of it once, a mebibyte at a time."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.survey.findings import ERROR, Finding
from app.survey.readers.source import SourceFault

CHUNK = 1 << 20
WESTERN = "cp1252"
# A line is read whole, so its length bounds the memory that reading takes.
LONGEST_LINE_CHUNKS = 8
# UTF-32 first, since its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GB18030 text hardly ever begins with this many continuation bytes that are also correct UTF-8, so a later fault is damage.
_SURELY_UTF8 = 40
_WIDE_RUN = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True)
class Encoding:
    """``name`` for Python's codecs; ``line_count`` counts line breaks; ``ends_with_break`` tells whether the last line is whole."""

    name: str
    line_count: int
    ends_with_break: bool


@dataclass
class _Reading:
    """How far strict decoding came."""

    name: str
    line_count: int = 0
    wide: int = 0
    unbroken: int = 0
    ends_with_break: bool = True
    fault: UnicodeDecodeError | None = None
    cut_off: bool = False


def detect_encoding(path: Path) -> Encoding:
    """The encoding: by byte-order mark, else UTF-8, else GB18030 or Windows-1252, each held against the whole file.

    Raises
    ------
    SourceFault
        ``FILE_EMPTY``, ``FILE_NOT_TEXT``, ``FILE_TRUNCATED``, ``ENCODING_BROKEN`` or ``ENCODING_UNKNOWN``.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise SourceFault(Finding("FILE_EMPTY", ERROR, found="0 bytes", next_step="deliver the file again"))
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    reading = _read(path, marked or "utf-8")
    if reading.fault is None:
        return Encoding(reading.name, reading.line_count, reading.ends_with_break)
    if reading.cut_off:
        raise SourceFault(_cut_off(reading))
    if marked or reading.wide >= _SURELY_UTF8:
        raise SourceFault(_broken(reading))
    return _as_gb18030(path)


def looks_western(text: bytes) -> bool:
    """True where letters with accents stand alone among ASCII ones, as in Latin-1, and not in pairs, as Chinese ones do."""
    # Chinese text hardly uses the pairs whose second byte is ASCII.
    lengths = [len(run) for run in _WIDE_RUN.findall(text)]
    alone, paired = sum(length % 2 for length in lengths), sum(length // 2 for length in lengths)
    return alone > paired


def _wide_sample(path: Path) -> bytes:
    with path.open("rb") as file:
        for chunk in iter(partial(file.read, CHUNK), b""):
            if not chunk.isascii():
                return chunk
    return b""


def _as_gb18030(path: Path) -> Encoding:
    if looks_western(_wide_sample(path)):
        reading = _read(path, WESTERN)
        if reading.fault is None:
            return Encoding(WESTERN, reading.line_count, reading.ends_with_break)
    reading = _read(path, "gb18030")
    if reading.fault is None:
        return Encoding("gb18030", reading.line_count, reading.ends_with_break)
    if reading.cut_off:
        raise SourceFault(_cut_off(reading))
    raise SourceFault(
        Finding(
            "ENCODING_UNKNOWN",
            ERROR,
            row=reading.line_count + 1,
            found=_bytes(reading.fault),
            expected="UTF-8, GB18030 or UTF-16",
            next_step="save the file as CSV UTF-8",
        )
    )


def _read(path: Path, name: str) -> _Reading:
    decoder = codecs.getincrementaldecoder(name)("strict")
    reading = _Reading(name)
    ended = False
    try:
        for chunk in _chunks(path, not name.startswith(("utf-16", "utf-32"))):
            text = decoder.decode(chunk)
            # Mac files of old end their lines with CR alone; a CR LF pair that a chunk cuts is counted as one by its LF.
            breaks = text.count("\n") or text.count("\r")
            reading.line_count += breaks
            reading.unbroken = 0 if breaks else reading.unbroken + 1
            if reading.unbroken > LONGEST_LINE_CHUNKS:
                raise SourceFault(_endless(reading))
            reading.wide += len(chunk) - len(text)
            reading.ends_with_break = text.endswith(("\n", "\r")) if text else reading.ends_with_break
        ended = True
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as fault:
        reading.fault, reading.cut_off = fault, ended
        _count_before(reading, fault)
    return reading


def _count_before(reading: _Reading, fault: UnicodeDecodeError) -> None:
    before = fault.object[: fault.start]
    reading.line_count += before.count(b"\n")
    if not reading.cut_off:
        reading.wide += len(before) - len(before.decode(reading.name, "ignore"))


def _chunks(path: Path, single_bytes: bool) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if single_bytes and b"\0" in chunk:
                raise SourceFault(
                    Finding(
                        "FILE_NOT_TEXT",
                        ERROR,
                        found="bytes of value 0",
                        expected="text in UTF-8, GB18030 or UTF-16",
                        next_step="save the file as CSV UTF-8",
                    )
                )
            yield chunk


def _endless(reading: _Reading) -> Finding:
    found = f"a line longer than {LONGEST_LINE_CHUNKS} MB"
    return Finding(
        "FILE_NOT_TEXT",
        ERROR,
        row=reading.line_count + 1,
        found=found,
        expected="a row on each line",
        next_step="save the file again as CSV",
    )


def _cut_off(reading: _Reading) -> Finding:
    return Finding(
        "FILE_TRUNCATED",
        ERROR,
        row=reading.line_count + 1,
        found="the file ends inside a character",
        next_step="deliver the whole file again",
    )


def _broken(reading: _Reading) -> Finding:
    return Finding(
        "ENCODING_BROKEN",
        ERROR,
        row=reading.line_count + 1,
        found=_bytes(reading.fault),
        expected=reading.name.removesuffix("-sig").upper(),
        next_step="correct the damaged characters, or save the file again as CSV UTF-8",
    )


def _bytes(fault: UnicodeDecodeError) -> str:
    return "bytes " + fault.object[fault.start : fault.start + 4].hex(" ")
