"""What runs out, where and when: the growth of services (from their own dates) against the tallies (C5, Q5)."""
import calendar
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import InputError, NotFoundError
from app.engineering.tables import read_table
from app.network.statements import statement
from app.planning.factors import HORIZON, Factor, added_lines, exhaust_along
from app.planning.growth import FEWEST_MONTHS, Backtest, Forecast, Growth, backtest, forecast_exhaustion, measure_growth

FOLDER = Path(__file__).parent
SQL = FOLDER / "sql"
HISTORY_MONTHS = 24
_FARTHEST_MONTHS = 1200


@dataclass(frozen=True)
class GrowthUse:
    """A row of ``growth_uses.csv``: which products (parted by bars) make the use of a resource grow."""

    resource: str
    technology: str | None
    products: str
    source: str


USES: Sequence[GrowthUse] = read_table("growth_uses.csv", GrowthUse, FOLDER)


@dataclass(frozen=True)
class Running:
    """When one resource runs out in one grid.

    Attributes
    ----------
    installed, used
        What can be given out (without what is faulty), and what is given out or reserved.
    unit_ratio
        Units that one service of the products holds now; the growth is theirs times this.
    growth
        Units per month; None where no service of the products is there.
    due_on, earliest_on, latest_on
        Days, None for never; in the past where the threshold is passed.
    tested
        The same forecast made six months earlier, in services, against what came.
    ends_on
        The end of the data, from which months are counted.
    is_first
        True for what runs out first of all in this grid: free capacity of the others behind it is none.
    """

    grid_code: str
    name_zh: str
    name_en: str | None
    resource: str
    technology: str
    installed: int
    used: int
    unit_ratio: float | None
    growth: Growth | None
    forecast: Forecast
    due_on: date | None
    earliest_on: date | None
    latest_on: date | None
    tested: Backtest | None
    ends_on: date
    is_first: bool = False


@dataclass(frozen=True)
class History:
    """Net additions by grid and product, the oldest month first, and services live now; ``ends_on`` is the last day of the last month."""

    net_adds: Mapping[tuple[int, str], Sequence[int]]
    live: Mapping[tuple[int, str], int]
    months: int
    ends_on: date


def list_exhaustion(
    session: Session, region_id: int, level: int, *, threshold_ratio: float = 1.0, grid_code: str | None = None,
    resource: str | None = None, factors: Sequence[Factor] = (),
) -> list[Running]:
    """Every resource that grows, in every grid of a level, what runs out soonest first.

    Parameters
    ----------
    factors
        What a scenario adds to the pace of the past.

    Ports, numbers and power stand at the office, customers all over its town: by town or county both meet; by community only what
    stands there counts.

    Raises
    ------
    InputError
        ``HISTORY_SHORT`` where services are known for less than three months.
    NotFoundError
        ``GRID_UNKNOWN``.
    """
    history = read_history(session, region_id, level)
    counts = _counts(session, region_id, level)
    if grid_code is not None:
        counts = [row for row in counts if row.code == grid_code]
        if not counts:
            told = "no grid of this level has this code and holds anything"
            raise NotFoundError("GRID_UNKNOWN", told, found=grid_code, next_step="choose another")
    within = _factors_within(session, region_id, level, factors) if factors else {}
    found = [
        running
        for row in counts
        for use in USES
        if use.resource == row.kind and (use.technology or "") in ("", row.technology) and resource in (None, row.kind)
        if (running := _running(row, use.products.split("|"), history, threshold_ratio, within.get(row.id, ())))
    ]
    return sorted(_with_first(found), key=lambda row: (row.due_on or date.max, row.grid_code, row.resource, row.technology))


def read_history(session: Session, region_id: int, level: int) -> History:
    """The history of services by grid of a level, from three statements; its last month is the last whole one with a date.

    Raises
    ------
    InputError
        ``HISTORY_SHORT``.
    """
    sql = "SELECT min(started_on), max(greatest(started_on, ended_on)) FROM service WHERE region_id = :region_id"
    bounds = session.execute(text(sql), {"region_id": region_id}).one()
    if bounds[1] is None:
        raise _short(0)
    until = _month_after(bounds[1]) if (bounds[1] + timedelta(1)).day == 1 else bounds[1].replace(day=1)
    months = min(HISTORY_MONTHS, _months_between(bounds[0], until))
    if months < FEWEST_MONTHS:
        raise _short(months)
    since = _shifted(until, -months)
    upper = _upper(session, region_id, level)
    net: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * months)
    given = {"region_id": region_id, "since": since, "until": until}
    for grid, product, month, count in session.execute(text(statement("net_adds", SQL)), given):
        net[upper.get(grid, 0), product][_months_between(since, month)] += count
    live: dict[tuple[int, str], int] = defaultdict(int)
    for grid, product, count in session.execute(text(statement("live_services", SQL)), {"region_id": region_id}):
        live[upper.get(grid, 0), product] += count
    return History(net, live, months, until - timedelta(1))


def _counts(session: Session, region_id: int, level: int) -> list:
    sql = """
        SELECT g.id, g.code, g.name_zh, g.name_en, t.kind, t.technology, t.installed - t.unusable AS installed,
               t.in_use + t.reserved + t.releasing AS used, t.in_use
        FROM grid g JOIN grid_tally t ON t.region_id = :region_id AND t.grid_id = g.id
        WHERE g.region_id = :region_id AND g.level = :level AND t.installed > 0
        ORDER BY g.code, t.kind, t.technology"""
    return session.execute(text(sql), {"region_id": region_id, "level": level}).all()


def _running(
    row, products: Sequence[str], history: History, threshold_ratio: float, factors: Sequence[Factor] = ()
) -> Running | None:
    live = sum(history.live.get((row.id, product), 0) for product in products)
    series = [sum(history.net_adds.get((row.id, product), _NONE)[month] for product in products) for month in range(history.months)]
    told = (row.code, row.name_zh, row.name_en, row.kind, row.technology, row.installed, row.used)
    if not live or not any(series):
        return None
    ratio = row.in_use / live
    pace = measure_growth(series)
    growth = Growth(
        pace.per_month * ratio, pace.low * ratio, pace.high * ratio, tuple(swing * ratio for swing in pace.seasons), pace.taken_from,
    )
    added = [one for one in factors if one.product in products]
    if added:
        lines = added_lines(added, pace.per_month, live, history.ends_on) * ratio
        forecast = _forecast_with(row, growth, lines, threshold_ratio)
    else:
        forecast = forecast_exhaustion(row.installed, row.used, growth, threshold_ratio)
    days = (shift_day(history.ends_on, months) for months in (forecast.months, forecast.earliest, forecast.latest))
    return Running(*told, ratio, growth, forecast, *days, backtest(series), history.ends_on)


_NONE = (0,) * HISTORY_MONTHS


def _forecast_with(row, growth: Growth, lines: Sequence[float], threshold_ratio: float) -> Forecast:
    """The forecast where a scenario adds so much in each month to come, at the pace and at both ends of its interval."""
    answers = []
    for pace in (growth.per_month, growth.high, growth.low):
        monthly = [pace + growth.seasons[month % 12] + lines[month] for month in range(HORIZON)]
        answers.append(exhaust_along(row.installed, row.used, monthly, threshold_ratio))
    return Forecast(answers[0][0], *(months for _, months in answers))


def _factors_within(session: Session, region_id: int, level: int, factors: Sequence[Factor]) -> dict[int, list[Factor]]:
    """The factors that count in each grid of a level."""
    rows = session.execute(text("SELECT id, parent_id, level, code FROM grid WHERE region_id = :region_id"), {"region_id": region_id}).all()
    known = {row.id: row for row in rows}
    found: dict[int, list[Factor]] = defaultdict(list)
    for row in rows:
        for factor in factors:
            if row.level == level and _holds_in(known, row, factor):
                found[row.id].append(factor)
    return found


def _holds_in(known: dict, row, factor: Factor) -> bool:
    """Whether a factor counts in a grid: lines where they come, in all grids around; ratios in all grids inside."""
    own = next((one for one in known.values() if one.code == factor.grid), None)
    if own is None:
        return False
    return row.id in _line(known, own) if factor.lines else own.id in _line(known, row)


def _line(known: dict, row) -> set[int]:
    """The keys of a grid and of all around it."""
    found = set()
    while row is not None:
        found.add(row.id)
        row = known.get(row.parent_id)
    return found


def _with_first(rows: Sequence[Running]) -> list[Running]:
    soonest: dict[str, date] = {}
    for row in rows:
        if row.due_on:
            soonest[row.grid_code] = min(row.due_on, soonest.get(row.grid_code, date.max))
    return [replace(row, is_first=row.due_on is not None and row.due_on == soonest[row.grid_code]) for row in rows]


def _upper(session: Session, region_id: int, level: int) -> dict[int, int]:
    """For each grid the grid of a level that it lies in."""
    rows = session.execute(text("SELECT id, parent_id, level FROM grid WHERE region_id = :region_id"), {"region_id": region_id}).all()
    parents = {row.id: row.parent_id for row in rows}
    found = {}
    for row in rows:
        grid = row.id
        for _ in range(row.level - level):
            grid = parents[grid]
        if row.level >= level:
            found[row.id] = grid
    return found


def shift_day(ends_on: date, months: float | None) -> date | None:
    """The day so many months after the end of the data; None for never, or for what is too far to be told."""
    if months is None or abs(months) > _FARTHEST_MONTHS:
        return None
    return ends_on + timedelta(days=round(months * 365.25 / 12))


def _month_after(day: date) -> date:
    return day.replace(day=1) + timedelta(days=calendar.monthrange(day.year, day.month)[1])


def _months_between(since: date, until: date) -> int:
    return 12 * (until.year - since.year) + until.month - since.month


def _shifted(day: date, months: int) -> date:
    count = 12 * day.year + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _short(months: int) -> InputError:
    return InputError(
        "HISTORY_SHORT", "services are known for too few months to tell a pace", found=months, expected=f"at least {FEWEST_MONTHS} months",
        next_step="import services with the dates of their starts and ends",
    )  # fmt: skip
