"""The day of which the demo data tells, and days before it."""
import random
from datetime import date, timedelta

DATA_DAY = date(2025, 12, 31)
# Starts and ends of services are told for so many days back.
WINDOW_DAYS = 730


def before(days: int) -> str:
    """The day so many days before the data's day."""
    return (DATA_DAY - timedelta(days=days)).isoformat()


def recent(rng: random.Random) -> int:
    """Days back to some day of the last 24 months."""
    return rng.randrange(WINDOW_DAYS)
