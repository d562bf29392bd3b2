"""Cutovers and projects in the town."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.core.errors import RuleError
from app.network.models import Project
from app.network.queries.tallies import list_tally_differences
from app.operations import cutovers, orders, projects
from app.operations.projects import Claims
from app.services.commands.pools import carve_prefix
from app.services.commands.tallies import FAMILIES, settle_all_tallies
from tests.factories.plant import insert_card, install

NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)


def differences(session, region):
    return list_tally_differences(session, region, FAMILIES)


def heads(session, region):
    sql = (
        "SELECT c.code, e.code || '/' || p.no FROM circuit c JOIN port p ON p.region_id = :region AND p.id = c.a_port_id"
        " JOIN equipment e ON e.region_id = :region AND e.id = p.equipment_id"
        " WHERE c.region_id = :region AND c.code LIKE 'AC-PT%' ORDER BY 1"
    )
    return session.execute(text(sql), {"region": region}).all()


def second_switch(session, region, town):
    key = install(session, region, "SW-2", "SW-32", town.structure["CO-1"])
    insert_card(session, region, key, "0/1", "LC-32")
    settle_all_tallies(session, region)
    return key


def test_cutover_runs_in_pieces_and_rolls_back(session, region, lines):
    town, _ = lines
    target = second_switch(session, region, town)
    before = heads(session, region)
    work = cutovers.open_cutover(session, region, town.equipment["SW-1"], target, "test", NOW)
    for _ in range(4):
        orders.advance(session, region, work.code, "test", NOW)
        assert differences(session, region) == []
    sheet = cutovers.list_moves(session, region, work.id)
    first = [(move.from_code, move.to_code, move.services) for move in sheet][:2]
    assert first == [("SW-1/0/1/0", "SW-2/0/1/0", 1), ("SW-1/0/1/1", "SW-2/0/1/1", 1)]
    assert cutovers.run_moves(session, region, work.code, "test", NOW, most=3) == 3
    assert differences(session, region) == [] and heads(session, region)[0] == ("AC-PT-1", "SW-2/0/1/0")
    with pytest.raises(RuleError, match="CUTOVER_UNDONE"):
        orders.advance(session, region, work.code, "test", NOW)
    assert cutovers.roll_back(session, region, work.code, "test", NOW) == 3
    assert heads(session, region) == before and differences(session, region) == []
    assert cutovers.run_moves(session, region, work.code, "test", NOW) == 4
    for _ in range(3):
        orders.advance(session, region, work.code, "test", NOW)
    assert orders.get_order(session, region, work.code, "test", NOW).row["state"] == "closed"
    assert [head for _, head in heads(session, region)] == [f"SW-2/0/1/{no}" for no in range(4)] and differences(session, region) == []


def test_cutover_without_room_tells_every_conflict(session, region, lines):
    town, _ = lines
    target = install(session, region, "SW-3", "SW-32", town.structure["FC-1"])
    with pytest.raises(RuleError, match="no free pots port.*different buildings"):
        cutovers.open_cutover(session, region, town.equipment["SW-1"], target, "test", NOW)


def test_two_projects_wanting_one_thing_are_told_at_once(session, region, lines):
    town, _ = lines
    for code in ("P-A", "P-B"):
        projects.open_project(session, region, code, "扩容")
    duct, strand, unit = town.duct["SEC-2", 3, None], town.strand["CB-104/S01", 8], (town.rack["CO-1/R01/C01"], "front", 42)
    assert projects.claim(session, region, "P-A", Claims([duct], [strand], [unit])) == 3
    assert differences(session, region) == []
    for claims in (Claims([duct]), Claims((), [strand]), Claims((), (), [unit])):
        with pytest.raises(RuleError, match="project P-A has claimed it"):
            projects.claim(session, region, "P-B", claims)
    assert projects.cancel_project(session, region, "P-A") == "cancelled" and differences(session, region) == []
    assert projects.claim(session, region, "P-B", Claims([duct], [strand], [unit])) == 3


def test_acceptance_turns_planned_into_built_and_in_service(session, region, lines):
    town, _ = lines
    project = town.add(Project, code="P-C", name_zh="新建")
    owned = "UPDATE {} SET project_id = :project WHERE region_id = :region AND id = :id"
    for table, key in (("cable", town.cable["CB-105"]), ("cable_segment", town.segment["CB-105/S01"])):
        session.execute(text(owned.format(table)), {"project": project, "region": region, "id": key})
    lives = text("SELECT DISTINCT life FROM conductor WHERE region_id = :region AND segment_id = :id")
    for state, life in (("built", "built"), ("closed", "in_service")):
        assert projects.accept(session, region, "P-C") == state
        assert session.execute(lives, {"region": region, "id": town.segment["CB-105/S01"]}).scalars().all() == [life]
        assert differences(session, region) == []
    with pytest.raises(RuleError, match="PROJECT_CLOSED"):
        projects.accept(session, region, "P-C")


def test_prefixes_are_carved_lowest_first_and_never_twice(session, region, lines):
    pool = lines[1].keys["ip_prefix", "10.1.0.0/16"]
    assert [carve_prefix(session, region, pool, 30)[1] for _ in range(3)] == ["10.1.0.0/30", "10.1.0.4/30", "10.1.0.8/30"]
    assert carve_prefix(session, region, pool, 24)[1] == "10.1.1.0/24"
    with pytest.raises(RuleError, match="PREFIX_FULL"):
        carve_prefix(session, region, pool, 17)
        carve_prefix(session, region, pool, 17)
