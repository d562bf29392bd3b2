"""Counts and checks of use answer for their own region, though another has the same codes and ids."""

import pytest
from sqlalchemy import text

from app.network.checks.registry import PLANT_CHECKS, run_checks
from app.network.queries.tallies import list_tally_differences
from app.services.checks.registry import USE_CHECKS
from app.services.commands.tallies import FAMILIES, settle_all_tallies
from tests.database.test_two_regions import twin  # noqa: F401 - a fixture

KNOWN = {("B6", "SEC-5"), ("O19", "HH-9")}
COUNTS = "SELECT kind, owner_id, technology, installed, in_use, reserved, releasing FROM tally WHERE region_id = :id ORDER BY 1, 2, 3"


@pytest.fixture
def town(use):
    return use.town


def breaches(session, region_id):
    # The planner knows nothing of rows that were written in this transaction.
    session.execute(text("ANALYZE"))
    return {(one.rule, one.subject) for one in run_checks(session, region_id, books=(PLANT_CHECKS, USE_CHECKS))} - KNOWN


def test_each_counts_its_own(session, town, twin):  # noqa: F811
    settle_all_tallies(session, town.region_id)
    own = session.execute(text(COUNTS), {"id": town.region_id}).all()
    assert session.execute(text(COUNTS), {"id": twin}).all() == []
    settle_all_tallies(session, twin)
    assert session.execute(text(COUNTS), {"id": twin}).all() == own
    for statement in (
        "UPDATE number SET use = 'idle', ageing_until = NULL WHERE region_id = :id",
        "UPDATE vlan SET use = 'reserved' WHERE region_id = :id",
        "UPDATE power_reading SET value = 5 WHERE region_id = :id", "UPDATE power_feed SET load_a = 1 WHERE region_id = :id",
        "DELETE FROM serving WHERE region_id = :id", "UPDATE circuit SET peak_mbit = 1 WHERE region_id = :id AND rate_mbit > 0",
        "DELETE FROM circuit_carrier WHERE region_id = :id AND lower_circuit_id IS NOT NULL",
    ):  # fmt: skip
        session.execute(text(statement), {"id": twin})
    assert list_tally_differences(session, town.region_id, FAMILIES) == []
    assert len({one.kind for one in list_tally_differences(session, twin, FAMILIES)}) >= 8
    settle_all_tallies(session, twin)
    assert session.execute(text(COUNTS), {"id": town.region_id}).all() == own


def test_each_checks_its_own(session, town, twin):  # noqa: F811
    for region in (town.region_id, twin):
        settle_all_tallies(session, region)
        assert breaches(session, region) == set()
    for statement in (
        "UPDATE conductor SET health = 'faulty', use = 'idle' WHERE region_id = :id", "DELETE FROM joint_end WHERE region_id = :id",
        "UPDATE equipment SET life = 'retired', asset_value_fen = 1 WHERE region_id = :id",
        "UPDATE power_feed SET load_a = 500 WHERE region_id = :id",
        "UPDATE service SET state = 'terminated', ended_on = '2026-01-01' WHERE region_id = :id",
        "UPDATE address SET household_count = 0 WHERE region_id = :id",
        "UPDATE circuit SET channel_count = 1 WHERE region_id = :id", "UPDATE ip_prefix SET parent_id = NULL WHERE region_id = :id",
    ):  # fmt: skip
        session.execute(text(statement), {"id": twin})
    assert breaches(session, town.region_id) == set()
    assert {"K10", "K11", "K13", "K15", "O1", "O4", "O7", "O17"} <= {rule for rule, _ in breaches(session, twin)}
