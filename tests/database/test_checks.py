"""Each check finds the one thing that breaks its rule in the town, and nothing in the town as it stands."""

import pytest
from sqlalchemy import text

from app.core.errors import InputError, NotFoundError
from app.network.checks.registry import run_checks
from app.network.commands.tallies import settle_tallies
from app.network.queries.codes import full_codes, resolve_code

# SEC-5 is a span of 150 m and HH-9 stands outside every grid: the town's own oddities, both mere warnings.
KNOWN = {("B6", "SEC-5"), ("O19", "HH-9")}


@pytest.fixture
def town(town):
    settle_tallies(town.session, town.region_id)
    return town


def found(town, rule=None):
    return {(one.rule, one.subject) for one in run_checks(town.session, town.region_id, [rule] if rule else None)} - KNOWN


def test_the_town_breaks_no_rule(town):
    assert found(town) == set()


BROKEN = {
    "K1": (
        "UPDATE structure SET grid_id = (SELECT id FROM grid WHERE region_id = :r AND level = 2) WHERE region_id = :r AND code = 'MH-1'",
        "MH-1",
    ),
    "K3": ("UPDATE joint SET equipment_id = :fb WHERE region_id = :r AND equipment_id = :cl", "CB-104/S01"),
    "K4": ("DELETE FROM conductor WHERE region_id = :r AND segment_id = :s02 AND no = 20", "CB-104/S02"),
    "K5": ("UPDATE cable_run SET is_reversed = true WHERE region_id = :r AND segment_id = :s02 AND seq = 2", "CB-104/S02"),
    "K6": ("UPDATE cable_run SET duct_id = :hole, is_subduct = false WHERE region_id = :r AND segment_id = :s02 AND seq = 1", "SEC-3/K01"),
    "K7": ("UPDATE cable_run SET is_planned = true WHERE region_id = :r AND segment_id = :s02", "CB-104/S02"),
    "K12": ("UPDATE rack SET height_u = 15 WHERE region_id = :r", "OLT-1"),
    "K17": ("UPDATE card SET slot_no = '0/99' WHERE region_id = :r", "OLT-1/0/99"),
    "K18": ("UPDATE cable_segment SET sheath_m = 100 WHERE region_id = :r AND id = :s02", "CB-104/S02"),
    "B6": ("UPDATE section SET length_m = 900 WHERE region_id = :r AND code = 'SEC-2'", "SEC-2"),
    "O19": (
        "UPDATE structure SET grid_id = (SELECT id FROM grid WHERE region_id = :r AND code = '421022100201')"
        " WHERE region_id = :r AND code = 'P-1'",
        "P-1",
    ),
    "D1": (
        "UPDATE structure SET kind = 'handhole', geom = (SELECT geom FROM structure WHERE region_id = :r AND code = 'HH-3')"
        " WHERE region_id = :r AND code = 'MH-2'",
        "MH-2",
    ),
    "U1": ("UPDATE duct SET use = 'idle' WHERE region_id = :r AND id = :hole", "SEC-3/K01"),
    "T1": ("UPDATE tally SET in_use = in_use + 1 WHERE region_id = :r AND kind = 'terminal' AND owner_id = :fb", "FB-1"),
    "T2": (
        "UPDATE grid_share SET share = 0.2 WHERE region_id = :r AND owner_kind = 'segment' AND owner_id = :s02 AND share < 0.5",
        "CB-104/S02",
    ),
    "T3": ("DELETE FROM segment_line WHERE region_id = :r AND segment_id = :s02", "CB-104/S02"),
    "T4": ("DELETE FROM code_index WHERE region_id = :r AND kind = 'equipment' AND id = :fb", "FB-1"),
    "K16": (
        "UPDATE grid SET geom = ST_Multi(ST_MakeEnvelope(112.2333296, 30.05, 112.24, 30.07, 4490))"
        " WHERE region_id = :r AND code = '421022100202'",
        "421022100",
    ),
    "J1": ("UPDATE port SET role = 'plain' WHERE region_id = :r AND equipment_id = :fb AND no = 'A-03'", "FB-1/A-03"),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_found(town, rule):
    statement, subject = BROKEN[rule]
    keys = {
        "r": town.region_id,
        "fb": town.equipment["FB-1"],
        "cl": town.equipment["CL-1"],
        "s02": town.segment["CB-104/S02"],
        "hole": town.duct["SEC-3", 1, None],
    }
    asked = text(statement)
    town.session.execute(asked, {name: keys[name] for name in asked.compile().params})
    assert (rule, subject) in found(town, rule)


def test_an_unknown_check_is_refused(session, region):
    with pytest.raises(InputError, match="no check X9"):
        run_checks(session, region, ["x9"])


@pytest.mark.parametrize("code", ["cb-104/S01:17", "SEC-1/K03", "SEC-1/k01-2", "OLT-1/0/1/5", "ODF-1/A-05", "CO-1/R01/C01", "MH-1"])
def test_a_full_code_leads_back_to_its_thing(town, code):
    hits = resolve_code(town.session, town.region_id, f" {code} ")
    assert [hit.code for hit in hits] == [code.upper()]


def test_a_code_of_two_kinds_gives_both(town):
    assert [hit.kind for hit in resolve_code(town.session, town.region_id, "CO-1")] == ["site", "structure"]


def test_an_unknown_code(town):
    with pytest.raises(NotFoundError, match="nothing is called"):
        resolve_code(town.session, town.region_id, "NO-1")


def test_a_thing_that_is_gone_has_no_code(town):
    assert full_codes(town.session, town.region_id, [("port", 0)]) == {}
