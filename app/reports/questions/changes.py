"""What stood at a day, and what is different today: Q26."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.network.models.grids import LEVELS
from app.occupancy.as_of import occupancy_as_of
from app.occupancy.queries import grid_occupancy
from app.reports.questions.asker import Asker
from app.reports.questions.tables import Answer, Table

ZONE = ZoneInfo("Asia/Shanghai")
THEN = (
    "grid_code",
    "grid_name",
    "held_before",
    "in_use_before",
    "fill_before",
    "held_after",
    "in_use_after",
    "fill_after",
    "held_change",
    "in_use_change",
)


def as_of_day(asker: Asker) -> Answer:
    """Q26: counts of a resource by grid at the end of a day and now, and the changes between."""
    asked, level = asker.values, LEVELS[asker.values["level"]]
    end = datetime.combine(asked["on_day"] + timedelta(1), time(0), ZONE) - timedelta(microseconds=1)
    then = {row.grid_id: row for row in occupancy_as_of(asker.session, asker.region_id, end, level, asked["resource"])}
    now = grid_occupancy(asker.session, asker.region_id, level, asked["resource"], with_outside=True)
    rows = []
    for row in now:
        old = then.get(row.grid_id)
        held = (old.installed, old.in_use, old.fill_ratio) if old else (0, 0, None)
        told = (row.installed, row.in_use, row.fill_ratio)
        rows.append((row.code, asker.name(row), *held, *told, row.installed - held[0], row.in_use - held[1]))
    changes = asker.rows("changes_since", since=end)
    listed = [(row.at, row.actor, row.source, row.entries) for row in changes]
    tables = [
        Table("then_and_now", THEN, rows, [("grid", row.grid_id) if row.grid_id else None for row in now], ("held_before", "held_after")),
        Table("changes_since", ("at", "actor", "source", "entries"), listed),
    ]
    return Answer(tables)


QUESTIONS = {"Q26": as_of_day}
