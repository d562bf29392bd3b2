"""The list of checks (``registry.csv``), and running them: each is one statement in ``sql/``, or a function."""
import csv
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import InputError
from app.network.queries.codes import full_codes
from app.network.queries.tallies import TALLY_KINDS, list_tally_differences
from app.network.statements import statement

HERE = Path(__file__).parent
_OWNER_OF = {kind: owner for owner, kinds in TALLY_KINDS.items() for kind in kinds}


@dataclass(frozen=True)
class Check:
    """A rule; ``held_by`` is ``database`` where keys refuse every breach, so that there is nothing to look for."""

    id: str
    severity: str
    held_by: str
    title_zh: str
    title_en: str
    next_step: str


@dataclass(frozen=True)
class Breach:
    """One thing that breaks a rule; ``subject`` is its full code."""

    rule: str
    severity: str
    subject: str
    message: str
    found: str
    expected: str
    next_step: str


def list_checks() -> tuple[Check, ...]:
    """Every check, in the order in which they run."""
    return tuple(Check(**row) for row in _rows("registry.csv"))


def run_checks(session: Session, region_id: int, only: Collection[str] | None = None) -> list[Breach]:
    """Every breach in the region, in the order of the checks and of the codes.

    Raises
    ------
    InputError
        ``CHECK_UNKNOWN`` where ``only`` names a check that is not there.
    """
    checks = list_checks()
    wanted = {name.upper() for name in only} if only else {check.id for check in checks}
    unknown = wanted - {check.id for check in checks}
    if unknown:
        known = ", ".join(check.id for check in checks)
        name = min(unknown)
        raise InputError("CHECK_UNKNOWN", f"there is no check {name}", found=name, expected=known, next_step="name one of these")
    found = []
    for check in checks:
        if check.id in wanted and check.held_by != "database":
            found.extend(_run(session, region_id, check))
    return found


def _run(session: Session, region_id: int, check: Check) -> list[Breach]:
    rows = _tally_rows(session, region_id) if check.id == "T1" else _sql_rows(session, region_id, check)
    codes = full_codes(session, region_id, {(kind, key) for kind, key, _, _ in rows if kind})
    breaches = [
        Breach(check.id, check.severity, code, check.title_en, str(found), str(expected), check.next_step)
        for code, found, expected in ((codes.get((kind, key)) or f"{kind} {key}", *told) for kind, key, *told in rows)
    ]
    return sorted(breaches, key=lambda breach: (breach.subject, breach.found))


def _sql_rows(session: Session, region_id: int, check: Check) -> list[tuple]:
    ranges = _rows("plausible.csv")
    given = {
        "region_id": region_id,
        **{row["name"]: float(row["value"]) for row in _rows("limits.csv")},
        "kinds": [row["section_kind"] for row in ranges],
        "from_m": [float(row["from_m"]) for row in ranges],
        "to_m": [float(row["to_m"]) for row in ranges],
    }
    asked = text(statement(check.id, HERE / "sql"))
    return [tuple(row) for row in session.execute(asked, {name: given[name] for name in asked.compile().params})]


def _tally_rows(session: Session, region_id: int) -> list[tuple]:
    rows = []
    for one in list_tally_differences(session, region_id):
        kind, key = {"grid": ("grid", one.grid_id), "line": (one.kind, one.owner_id)}.get(one.scope) or (_OWNER_OF[one.kind], one.owner_id)
        label = f"{one.kind} {one.technology}".strip()
        rows.append((kind, key, f"{label} {_told(one.found)}", f"{label} {_told(one.expected)}"))
    return rows


def _told(counts: tuple[int, ...] | None) -> str:
    return "nothing" if counts is None else "/".join(map(str, counts))


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
