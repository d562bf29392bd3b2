"""Moments as people write them: a day means its end where the site is, a time without a zone is the site's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.errors import InputError

ZONE = ZoneInfo("Asia/Shanghai")


def read_day(text: str) -> date:
    """The day.

    Raises
    ------
    InputError
        ``MOMENT_BAD``.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError("MOMENT_BAD", "This is no day.", found=text, expected="2026-11-27") from None


def day_end(on_day: date) -> datetime:
    """The instant at which a day ends, in UTC."""
    return (datetime.combine(on_day, time(), ZONE) + timedelta(days=1)).astimezone(UTC)


def is_day(text: str) -> bool:
    """Whether a moment is a whole day."""
    return len(text.strip()) <= len("2026-11-27")


def read_moment(text: str) -> datetime:
    """The instant, in UTC; of a day its end.

    Raises
    ------
    InputError
        ``MOMENT_BAD``.
    """
    try:
        if is_day(text):
            return day_end(date.fromisoformat(text.strip()))
        at = datetime.fromisoformat(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError("MOMENT_BAD", "This is no moment.", found=text, expected="2026-11-27, or 2026-11-27T14:30") from None
