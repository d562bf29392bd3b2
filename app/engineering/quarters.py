"""Days and quarters of China: Asia/Shanghai, UTC+8 all year."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from app.core.errors import InputError
from app.engineering.quantities import impossible

# A fixed offset: the summer time of 1986 to 1991 is left out on purpose.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, 1..4; quarters sort by time.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a number outside 1..4.
    """

    year: int
    number: int

    def __post_init__(self):
        if self.number not in (1, 2, 3, 4):
            raise impossible("number", self.number, "1 to 4")

    def __str__(self) -> str:
        return f"{self.year} Q{self.number}"

    @property
    def first_on(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_on(self) -> date:
        """Its last day."""
        return date(self.year + self.number // 4, 3 * self.number % 12 + 1, 1) - timedelta(days=1)


def local_day(moment: datetime) -> date:
    """The day in China of a moment.

    Raises
    ------
    InputError
        ``TIME_WITHOUT_ZONE``.
    """
    if moment.tzinfo is None:
        raise InputError(
            "TIME_WITHOUT_ZONE",
            "a moment needs its zone",
            found=moment.isoformat(),
            expected="2005-03-31T17:00Z",
            next_step="give the zone",
        )
    return moment.astimezone(SHANGHAI).date()


def quarter_of_day(day: date) -> Quarter:
    """The quarter that a day in China lies in."""
    return Quarter(day.year, (day.month + 2) // 3)


def quarter_of(moment: datetime) -> Quarter:
    """The quarter in China that a moment lies in.

    Raises
    ------
    InputError
        ``TIME_WITHOUT_ZONE``.
    """
    return quarter_of_day(local_day(moment))
