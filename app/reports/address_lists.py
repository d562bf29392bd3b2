"""Many addresses at once: a list from a file, and a table with an answer for each of its rows."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from app.core.errors import InputError, NetGridError
from app.network.dictionary import word_label
from app.operations.qualification import Answer
from app.operations.tell import tell_answer
from app.reports.error_words import tell_error
from app.reports.tables import write_workbook
from app.survey.findings import Finding, SourceReport
from app.survey.readers.files import open_sources

# What the column with the addresses may be called.
ADDRESS_HEADERS = ("address", "地址", "customer", "客户", "客户编码")
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xls")
FIELDS = ("access", "head", "plant_m", "drop_m", "figure", "unit", "limit", "number", "vlan", "yuan", "days", "missing")
HEADERS = {
    "zh": ("行号", "地址", "结论", "接入点", "局端端口", "沿缆米数", "引入米数", "衰减或环阻", "单位", "限值", "号码", "VLAN", "费用（元）",
           "天数", "缺什么"),
    "en": ("Row", "Address", "Answer", "Access point", "Line port", "Metres of plant", "Metres of drop", "Loss or loop", "Unit", "Limit",
           "Number", "VLAN", "Cost (yuan)", "Days", "What is missing"),
}  # fmt: skip
MOST_ADDRESSES = 200
LARGEST_LIST = 1 << 20
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = tuple[int, str]
# What many addresses are answered with: for each an answer, or why there is none.
Asking = Callable[[list[str]], Sequence[Answer | NetGridError]]


def receive_addresses(name: str, content: BinaryIO) -> list[Row]:
    """Row number and address of each row of a list that was handed in under a name.

    Raises
    ------
    InputError
        ``LIST_LARGE``; as ``read_addresses``.
    """
    suffix = Path(name).suffix.lower()
    held = content.read(LARGEST_LIST + 1)
    if len(held) > LARGEST_LIST:
        raise InputError("LIST_LARGE", "the list is too large", expected=f"at most {LARGEST_LIST >> 20} MB", next_step="split it")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "list" + (suffix if suffix in SUFFIXES else ".unknown"))
        path.write_bytes(held)
        return read_addresses(path, MOST_ADDRESSES)


def read_addresses(path: Path, most: int | None = None) -> list[Row]:
    """Row number and address of each row of the first table of a CSV or XLSX file; at most ``most``.

    Raises
    ------
    InputError
        ``FILE_KIND``; ``COLUMN_MISSING``; ``ROWS_MANY``; what the reader finds wrong with the file or a row.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            "FILE_KIND", "a list of addresses is CSV or XLSX", found=path.suffix or path.name, expected=", ".join(SUFFIXES),
            next_step="save it in one of these formats",
        )  # fmt: skip
    for source in open_sources(path):
        if isinstance(source, SourceReport):
            raise _refused(source.findings[0])
        at = _find_column(source.headers)
        rows = []
        for no, cells, _ in source.rows():
            if isinstance(cells, Finding):
                raise _refused(cells, no)
            rows.append((no, _plain(cells[at])))
            if most is not None and len(rows) > most:
                raise InputError("ROWS_MANY", "the list is too long", expected=f"at most {most} rows", next_step="split it")
        return rows
    raise InputError("FILE_EMPTY", "the file holds no table", found=path.name, next_step="deliver the file again")


def _refused(finding: Finding, row: int | None = None) -> InputError:
    subject = f"row {row}" if row else None
    return InputError(
        finding.rule, "the list can't be read", subject=subject, found=finding.found, expected=finding.expected, next_step=finding.next_step
    )


def _find_column(headers: tuple[str, ...]) -> int:
    for at, header in enumerate(headers):
        if header.strip().lower() in ADDRESS_HEADERS:
            return at
    raise InputError(
        "COLUMN_MISSING", "the list has no column of addresses", found=", ".join(headers), expected=" or ".join(ADDRESS_HEADERS),
        next_step="name the column so",
    )  # fmt: skip


def _plain(cell) -> str:
    """A cell as text: a whole number of a workbook without its point."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def answer_rows(rows: Sequence[Row], ask: Asking, language: str) -> list[list]:
    """A row of ``HEADERS`` for each address, in the order of the list; one that can't be answered says why."""
    answers = ask([address for _, address in rows])
    return [_answer_row(no, address, answer, language) for (no, address), answer in zip(rows, answers, strict=True)]


def _answer_row(no: int, address: str, answer: Answer | NetGridError, language: str) -> list:
    if isinstance(answer, NetGridError):
        return [no, address, word_label("verdict", "unanswered", language), *[None] * (len(FIELDS) - 1), tell_error(answer, language)]
    line = tell_answer(answer, language)["lines"][0]
    return [no, address, line["verdict_text"], *(line[name] for name in FIELDS)]


def build_workbook(rows: Sequence[Row], ask: Asking, product: str, language: str) -> bytes:
    """The answers of ``answer_rows`` as XLSX."""
    file = io.BytesIO()
    write_workbook(file, word_label("product", product, language), HEADERS[language], answer_rows(rows, ask, language))
    return file.getvalue()
