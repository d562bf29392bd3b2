"""The checks, how many things break each, and which; kept for one version of the region, since to look takes seconds."""
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.network.checks.registry import PLANT_CHECKS, Breach, Check, list_checks, run_checks
from app.network.dictionary import word_label
from app.reports.answers.words import say
from app.services.checks.registry import USE_CHECKS
from app.topology.graph_cache import keep_graph

BOOKS = (PLANT_CHECKS, USE_CHECKS)
# So many breaches of a rule are kept; a file tells them all.
MOST_KEPT = 2000


@dataclass(frozen=True)
class Checked:
    """How many things break a rule, and the first of them."""

    total: int
    breaches: Sequence[Breach]


def plain_checks(session: Session, region_id: int, language: str, today: date) -> list[dict]:
    """Every check with the count of its breaches, None where nobody has looked since the region changed."""
    kept = _kept(session, region_id)
    return [_plain_check(check, kept.get((check.id, today)), language) for check in list_checks(BOOKS)]


def plain_check(session: Session, region_id: int, check: Check, language: str, today: date, most: int = MOST_KEPT) -> dict:
    """One check with its breaches, the first ``most`` of them; they are looked for where they are not kept."""
    kept = _kept(session, region_id)
    found = kept.get((check.id, today))
    if found is None:
        breaches = list_breaches(session, region_id, check, "en", today)
        found = kept[check.id, today] = Checked(len(breaches), breaches[:MOST_KEPT])
    rows = [{name: value for name, value in asdict(one).items() if name in BREACH} for one in found.breaches[:most]]
    return {**_plain_check(check, found, language), "breaches": rows}


BREACH = ("subject", "kind", "id", "found", "expected")


def find_check(rule: str) -> Check:
    """The check of this name.

    Raises
    ------
    NotFoundError
        ``CHECK_UNKNOWN``.
    """
    found = next((check for check in list_checks(BOOKS) if check.id == rule.upper()), None)
    if found is None:
        raise NotFoundError("CHECK_UNKNOWN", f"there is no check {rule[:20]}", found=rule[:20], next_step="choose one of the list")
    return found


def list_breaches(session: Session, region_id: int, check: Check, language: str, today: date) -> list[Breach]:
    """Every breach of one check, looked for now."""
    return run_checks(session, region_id, [check.id], books=BOOKS, today=today, language=language)


def breach_table(check: Check, breaches: Sequence[Breach], language: str) -> tuple[list[str], list[list]]:
    """Headers and one row for each breach."""
    names = ("rule", "severity", "speciality", "title", "subject", "found", "expected", "next")
    what = [check.id, say(check.severity, language), word_label("speciality", check.speciality, language), check.title(language)]
    rows = [[*what, one.subject, one.found, one.expected, check.advice(language)] for one in breaches]
    return [say(f"check_{name}", language) for name in names], rows


def _plain_check(check: Check, found: Checked | None, language: str) -> dict:
    # What keys refuse is broken by nothing.
    total = 0 if check.held_by == "database" else None
    return {
        "rule": check.id, "severity": check.severity, "severity_label": say(check.severity, language), "speciality": check.speciality,
        "speciality_label": word_label("speciality", check.speciality, language), "held_by": check.held_by, "title": check.title(language),
        "advice": check.advice(language), "total": total if found is None else found.total,
    }  # fmt: skip


def _kept(session: Session, region_id: int) -> dict[tuple[str, date], Checked]:
    return keep_graph(session, region_id, _new_results)


def _new_results(_session: Session, _region_id: int) -> dict[tuple[str, date], Checked]:
    return {}
