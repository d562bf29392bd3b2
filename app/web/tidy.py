"""What the running site does by itself: reservations, rests of numbers and blocks end; answers kept long enough are forgotten."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

from sqlalchemy.exc import DBAPIError

from app.core.answers import forget_answers
from app.core.database import transaction
from app.core.errors import NetGridError
from app.core.journal import get_region_id
from app.network.commands.members import lift_ended_blocks
from app.services.commands.reservations import expire

EVERY_SECONDS = 300
ACTOR = "system:expiry"


def start_tidying(app) -> threading.Thread:
    """A thread that tidies now and then as long as the worker lives; two workers at once share the work."""
    thread = threading.Thread(target=_go_on, args=(app,), name="tidy", daemon=True)
    thread.start()
    return thread


def _go_on(app) -> None:
    pause = threading.Event()
    while True:
        try:
            tidy(app, datetime.now(UTC))
        except (DBAPIError, NetGridError) as error:
            logging.getLogger(__name__).error("tidying: %s", type(error).__name__)
        pause.wait(EVERY_SECONDS)


def tidy(app, now: datetime) -> list[str]:
    """The codes of reservations that have expired; a reservation's end and a block's end are two transactions."""
    engine, region = app.extensions["netgrid.engine"], app.extensions["netgrid.settings"].region_code
    with transaction(engine, ACTOR, "job") as session:
        region_id = get_region_id(session, region)
        ended = expire(session, region_id, now)
    with transaction(engine, ACTOR, "job") as session:
        lift_ended_blocks(session, region_id, now.date())
        forget_answers(session, region_id, now)
    return ended
