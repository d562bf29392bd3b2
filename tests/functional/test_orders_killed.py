"""An order whose process is killed in the middle of a step, before its commit, stands where it stood, and all with it."""

import os
import signal
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.database import make_engine, transaction
from app.network.queries.tallies import list_tally_differences
from app.operations import orders
from app.services.commands.tallies import FAMILIES
from tests.conftest import REGION, keep_regions
from tests.factories.lines import build_lines

pytestmark = pytest.mark.functional
NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
WATCHED = ("port", "conductor", "vlan", "joint", "joint_end", "circuit", "circuit_carrier", "service", "service_resource", "reservation",
           "work_order", "work_order_step", "journal", "change")  # fmt: skip


def advance_and_die(url, code: str) -> None:
    """In a process of its own: do the step, and be killed before the commit."""
    child = os.fork()
    if child == 0:
        try:
            with transaction(make_engine(url), "killed", "test") as session:
                orders.advance(session, REGION, code, "killed", NOW)
                session.flush()
                os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def picture(engine) -> list:
    """Every row of what orders touch, as one number for each table."""
    with engine.connect() as connection:
        sums = (f"SELECT count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM {name} t WHERE region_id = :region" for name in WATCHED)
        return [tuple(connection.execute(text(one), {"region": REGION}).one()) for one in sums]


def test_killed_at_any_step_nothing_is_half_done(engine):
    with keep_regions(engine, REGION):
        with transaction(engine, "test", "test") as session:
            use = build_lines(session, REGION)[1]
        given = {"address_id": use.keys["address", "B-E/101"], "customer_id": use.keys["customer", "C-1"]}
        for wish in (orders.OrderWish("install", "ftth", service="NEW-1", **given), orders.OrderWish("remove", service="NEW-1")):
            with transaction(engine, "test", "test") as session:
                code = orders.open_order(session, REGION, wish, "test", NOW).code
            for _ in range(8):
                before = picture(engine)
                advance_and_die(engine.url, code)
                assert picture(engine) == before
                with transaction(engine, "test", "test") as session:
                    orders.advance(session, REGION, code, "test", NOW)
            with Session(engine) as session:
                assert list_tally_differences(session, REGION, FAMILIES) == []
                assert orders.get_order(session, REGION, code, "test", NOW).row["state"] == "closed"
