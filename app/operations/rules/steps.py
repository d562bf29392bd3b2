"""The steps of orders (``steps.csv``): whose each is, how long it may take, and whether an order is late. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from app.core.errors import InputError, RuleError
from app.engineering.tables import read_table

HERE = Path(__file__).parent.parent
ANY = "*"
# An order is near its limit where less than this part of a step's time is left.
NEAR_RATIO = 0.25


@dataclass(frozen=True)
class Step:
    """A step: whose it is, the hours for it, its KPI points, and the permission that doing it needs."""

    kind: str
    speciality: str
    seq: int
    step: str
    owner_role: str
    hours: float
    kpi_points: int
    permission: str


@dataclass(frozen=True)
class PauseReason:
    """Why the clock of an order may stand still."""

    code: str
    text_zh: str
    text_en: str


@cache
def _steps() -> tuple[Step, ...]:
    return read_table("steps.csv", Step, HERE)


@cache
def pause_reasons() -> dict[str, PauseReason]:
    """The reasons by code."""
    return {row.code: row for row in read_table("pause_reasons.csv", PauseReason, HERE)}


@cache
def steps_of(kind: str, speciality: str) -> tuple[Step, ...]:
    """The steps of an order in their order: its own kind's, else those of every kind.

    Raises
    ------
    InputError
        ``SPECIALITY_UNKNOWN``.
    """
    for wanted in (kind, ANY):
        found = [row for row in _steps() if row.kind == wanted and row.speciality in (speciality, ANY)]
        if found:
            return tuple(sorted(found, key=lambda row: row.seq))
    raise InputError("SPECIALITY_UNKNOWN", "no steps are known for this speciality", found=speciality, next_step="add rows to steps.csv")


@cache
def owner_roles() -> tuple[str, ...]:
    """The roles that own a step."""
    return tuple(sorted({row.owner_role for row in _steps()}))


def due_moments(steps: Sequence[Step], opened_at: datetime) -> list[datetime]:
    """Until when each step is to be done: one after the other."""
    due, at = [], opened_at
    for step in steps:
        at += timedelta(hours=step.hours)
        due.append(at)
    return due


def check_pause(reason: str) -> None:
    """Refuse a pause without a reason that is known (R68).

    Raises
    ------
    InputError
        ``PAUSE_REASON``.
    """
    if reason not in pause_reasons():
        raise InputError(
            "PAUSE_REASON", "the clock stands still only for a known reason", found=reason, expected=", ".join(pause_reasons())
        )


def check_next(order: str, current: str, wanted: str | None) -> None:
    """Refuse a step that is not the next one.

    Raises
    ------
    RuleError
        ``STEP_NOT_NEXT``.
    """
    if wanted is not None and wanted != current:
        raise RuleError("STEP_NOT_NEXT", f"the order stands at {current}", subject=order, found=wanted, expected=current)
