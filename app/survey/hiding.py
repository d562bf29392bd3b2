"""For somebody whose area is a part of the region: no text of an import names what lies outside of it.

Every word and run of words of a text is looked up among the region's codes; a text that names a thing outside is told without its words.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from unicodedata import normalize

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.services.queries.areas import keep_inside
from app.survey.compare import Difference
from app.survey.findings import Finding, SourceReport

HIDDEN = "a record outside of your area"
# Codes with blanks in them have no more words than this.
MOST_WORDS = 5
_AROUND = "\"'“”‘’()[]（）,，;；:：.。!！?？"
_WORD = re.compile(r"\S+")
_PARTS = re.compile(r"[/:]")
_FOUND = text("SELECT code_key, kind, id FROM code_index WHERE region_id = :region AND code_key = ANY (:keys)")
_TEXTS = ("found", "expected", "next_step")
_LOOKED_UP = 20_000


def hide_in_reports(session: Session, region: int, grids: tuple[int, ...] | None, reports: list[SourceReport]) -> None:
    """Take out of the findings what lies outside the grids; where those are None, nothing does."""
    if grids is None:
        return
    findings = [finding for report in reports for finding in report.findings]
    outside = find_outside(session, region, grids, (part for finding in findings for part in _texts(finding)))
    for report in reports:
        report.findings[:] = [_hide(finding, outside) for finding in report.findings]


def hide_in_differences(session: Session, region: int, grids: tuple[int, ...] | None, rows: list[Difference]) -> list[Difference]:
    """The differences without what lies outside the grids."""
    if grids is None:
        return rows
    outside = find_outside(session, region, grids, (part for row in rows for part in (row.old, row.new)))
    return [replace(row, old=_hide_text(row.old, outside), new=_hide_text(row.new, outside)) for row in rows]


def hide_in_problem(session: Session, region: int, grids: tuple[int, ...] | None, problem: dict) -> dict:
    """What ended a job, without what lies outside the grids."""
    if grids is None:
        return problem
    told = {name: value for name, value in problem.items() if isinstance(value, str) and name != "code"}
    outside = find_outside(session, region, grids, told.values())
    return {**problem, **{name: _hide_text(value, outside) for name, value in told.items()}}


def find_outside(session: Session, region: int, grids: tuple[int, ...], texts: Iterable[str | None]) -> set[str]:
    """Those of the texts that name a thing outside the grids."""
    named: dict[str, set[str]] = {told: _codes_in(told) for told in set(texts) if told}
    keys = sorted(set().union(*named.values()))
    known: dict[str, set[tuple[str, int]]] = {}
    for start in range(0, len(keys), _LOOKED_UP):
        for key, kind, thing in session.execute(_FOUND, {"region": region, "keys": keys[start : start + _LOOKED_UP]}):
            known.setdefault(key, set()).add((kind, thing))
    inside = keep_inside(session, region, grids, set().union(*known.values()))
    # What is known by one code in several kinds is named by any of them.
    hidden = {key for key, things in known.items() if not things & inside}
    return {told for told, codes in named.items() if codes & hidden}


def _codes_in(told: str) -> set[str]:
    """Everything in a text that may be a code, in the form in which codes are compared, with the parents that stand before it."""
    words = [word.strip(_AROUND) for word in _WORD.findall(normalize("NFKC", told).upper())]
    codes = set()
    for first in range(len(words)):
        for last in range(first + 1, min(first + MOST_WORDS, len(words)) + 1):
            code = " ".join(words[first:last]).strip(_AROUND)
            codes.add(code)
            codes.update(code[: part.start()] for part in _PARTS.finditer(code))
    codes.update(part for word in words for part in re.split(r"[,;，；、=>→]|\.\.", word))
    codes.discard("")
    return codes


def _texts(finding: Finding) -> list[str | None]:
    # The subject of a row is what its file says.
    return [*(getattr(finding, name) for name in _TEXTS), finding.subject if finding.row is None else None]


def _hide(finding: Finding, outside: set[str]) -> Finding:
    if outside.isdisjoint(_texts(finding)):
        return finding
    told = {name: _hide_text(getattr(finding, name), outside) for name in _TEXTS}
    return replace(finding, **told, subject=finding.subject if finding.row is not None else _hide_text(finding.subject, outside))


def _hide_text(told: str | None, outside: set[str]) -> str | None:
    return HIDDEN if told in outside else told
