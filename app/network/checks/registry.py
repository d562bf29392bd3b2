"""The lists of checks (``registry.csv``), and running them: each is one statement in ``sql/``, or a function.

Every floor has a book of its own; a door hands over all of them, and they run as one list.
"""
import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import InputError
from app.network.queries.codes import full_codes
from app.network.queries.tallies import PLANT, TallyFamily, list_tally_differences
from app.network.statements import statement

HERE = Path(__file__).parent
RECOUNT = "T1"


@dataclass(frozen=True)
class Check:
    """A rule; ``held_by`` is ``database`` where keys refuse every breach, so that there is nothing to look for."""

    id: str
    severity: str
    speciality: str
    held_by: str
    title_zh: str
    title_en: str
    next_step: str
    next_step_zh: str

    def title(self, language: str) -> str:
        """What is checked, in ``zh`` or ``en``."""
        return self.title_zh if language == "zh" else self.title_en

    def advice(self, language: str) -> str:
        """What to do about a breach."""
        return self.next_step_zh if language == "zh" else self.next_step


@dataclass(frozen=True)
class Breach:
    """One thing that breaks a rule; ``subject`` is its full code, ``kind`` and ``id`` lead to it."""

    rule: str
    severity: str
    subject: str
    message: str
    found: str
    expected: str
    next_step: str
    kind: str
    id: str


@dataclass(frozen=True)
class CheckBook:
    """The checks of one floor, and the tallies that are counted again with them.

    A folder holds ``registry.csv``, ``limits.csv`` (a parameter for each name), ``sql/``, and tables: of ``sides.csv`` with a column
    ``kind`` statements take the cells as ``:sides_kind``, an array of text.
    """

    folder: Path
    family: TallyFamily


PLANT_CHECKS = CheckBook(HERE, PLANT)


def list_checks(books: Sequence[CheckBook] = (PLANT_CHECKS,)) -> tuple[Check, ...]:
    """Every check, in the order in which they run."""
    return tuple(Check(**row) for book in books for row in _rows(book.folder / "registry.csv"))


def run_checks(
    session: Session, region_id: int, only: Collection[str] | None = None, *,
    books: Sequence[CheckBook] = (PLANT_CHECKS,), today: date | None = None, language: str = "en",
) -> list[Breach]:  # fmt: skip
    """Every breach in the region, in the order of the checks and of the codes.

    Parameters
    ----------
    today
        The day from which terms are counted; the clock's where none is given.
    language
        Of the messages: ``zh`` or ``en``.

    Raises
    ------
    InputError
        ``CHECK_UNKNOWN`` where ``only`` names a check that is not there.
    """
    checks = list_checks(books)
    wanted = {name.upper() for name in only} if only else {check.id for check in checks}
    unknown = wanted - {check.id for check in checks}
    if unknown:
        known = ", ".join(check.id for check in checks)
        name = min(unknown)
        raise InputError("CHECK_UNKNOWN", f"there is no check {name}", found=name, expected=known, next_step="name one of these")
    found = []
    for book in books:
        for check in list_checks((book,)):
            if check.id in wanted and check.held_by != "database":
                is_recount = check.id == RECOUNT
                rows = _tally_rows(session, region_id, books) if is_recount else _sql_rows(session, region_id, check, book, today)
                found.extend(_breaches(session, region_id, check, rows, language))
    return found


def _breaches(session: Session, region_id: int, check: Check, rows: list[tuple], language: str) -> list[Breach]:
    codes = full_codes(session, region_id, {(kind, key) for kind, key, _, _ in rows if kind})
    breaches = [
        Breach(
            check.id, check.severity, codes.get((kind, key)) or f"{kind} {key}", check.title(language), str(found), str(expected),
            check.advice(language), str(kind), str(key),
        )
        for kind, key, found, expected in rows
    ]  # fmt: skip
    return sorted(breaches, key=lambda breach: (breach.subject, breach.found))


def _sql_rows(session: Session, region_id: int, check: Check, book: CheckBook, today: date | None) -> list[tuple]:
    given = {"region_id": region_id, "today": today or date.today(), **book.family.given(), **_parameters(book.folder)}
    asked = text(statement(check.id, book.folder / "sql"))
    return [tuple(row) for row in session.execute(asked, {name: given[name] for name in asked.compile().params})]


@cache
def _parameters(folder: Path) -> dict[str, object]:
    """What the files of a book give to its statements."""
    given: dict[str, object] = {row["name"]: float(row["value"]) for row in _rows(folder / "limits.csv")}
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in ("registry", "limits"):
            rows = _rows(path)
            given.update({f"{path.stem}_{column}": [row[column] for row in rows] for column in rows[0]})
    return given


def _tally_rows(session: Session, region_id: int, books: Sequence[CheckBook]) -> list[tuple]:
    families = [book.family for book in books]
    owners = {kind: owner for family in families for owner, kinds in family.kinds.items() for kind in kinds}
    rows = []
    for one in list_tally_differences(session, region_id, families):
        kind, key = {"grid": ("grid", one.grid_id), "line": (one.kind, one.owner_id)}.get(one.scope) or (owners[one.kind], one.owner_id)
        label = f"{one.kind} {one.technology}".strip()
        rows.append((kind, key, f"{label} {_told(one.found)}", f"{label} {_told(one.expected)}"))
    return rows


def _told(counts: tuple[int, ...] | None) -> str:
    return "nothing" if counts is None else "/".join(map(str, counts))


@cache
def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
