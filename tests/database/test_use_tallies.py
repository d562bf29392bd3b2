"""Counts of what is used, as worked out by hand for the town in use, after changes, and as occupancy shows them."""

import pytest
from sqlalchemy import text

from app.network.commands.tallies import TallyDelta, change_tallies
from app.network.queries.tallies import list_tally_differences
from app.occupancy.queries import grid_occupancy
from app.services.commands.tallies import FAMILIES, settle_all_tallies, settle_service_tallies
from tests.town import EAST, TOWN, WEST

# Rack: OLT 120 + PON-8 30 + UP-GE-2 20, SW-32 300 + LC-32 30, SDH 60, BRAS 350 = 910 W of 2 kW.
# Batteries: 60 A of 300 in 600 Ah is 30 A each; 4 hours at 15 degrees: 1.25 x 30 x 4 / (0.79 x 0.92) = 206.4 Ah.
# TG-1: 31.6 Erlang hold 32 of 60 channels.
EXPECTED = {
    ("rack_w", "CO-1/R01/C01", ""): (2000, 910, 0, 0, 0, 0),
    ("rectifier_a", "RECT-1", ""): (200, 60, 0, 0, 0, 0),
    ("feed_a", "MAINS-1", ""): (100, 12, 0, 0, 0, 0),
    ("feed_a", "ATS-1", ""): (100, 12, 0, 0, 0, 0),
    ("feed_a", "ACP-1", ""): (63, 12, 0, 0, 0, 0),
    ("feed_a", "RECT-1", ""): (400, 60, 0, 0, 0, 0),
    ("feed_a", "BAT-1", ""): (200, 0, 0, 0, 0, 0),
    ("feed_a", "BAT-2", ""): (200, 0, 0, 0, 0, 0),
    ("feed_a", "DCP-1", ""): (63, 31, 0, 0, 0, 0),
    ("feed_a", "DCP-2", ""): (63, 29, 0, 0, 0, 0),
    ("battery_ah", "BAT-1", ""): (300, 206, 0, 0, 0, 0),
    ("battery_ah", "BAT-2", ""): (300, 206, 0, 0, 0, 0),
    ("vlan", "BRAS-1", ""): (3, 1, 0, 0, 0, 0),
    ("trunk_channel", "TG-1", ""): (60, 32, 0, 0, 0, 0),
    ("number", "5220000", ""): (20, 4, 1, 1, 0, 0),
    ("channel", "SEC-A", "stm1"): (63, 1, 0, 0, 0, 0),
    ("channel", "SEC-Z", "stm1"): (63, 1, 0, 0, 0, 0),
    ("pon_split", "PON-1", ""): (64, 1, 0, 0, 0, 0),
    ("uplink_mbit", "UL-1", ""): (1000, 350, 0, 0, 0, 0),
    ("home", "B-E", ""): (12, 1, 0, 0, 0, 0),
    ("household", "B-E", ""): (20, 1, 0, 0, 0, 0),
    ("household", "B-W", ""): (6, 0, 0, 0, 0, 0),
}
KINDS = {kind for kind, _, _ in EXPECTED}
OWNERS = {
    "rack_w": "rack", "trunk_channel": "trunk_group", "number": "number_block", "channel": "circuit", "pon_split": "circuit",
    "uplink_mbit": "circuit", "home": "building", "household": "building",
}  # fmt: skip
COUNTS = "installed, in_use, reserved, releasing, unusable, planned"


@pytest.fixture
def use(counted_use):
    return counted_use


def run(use, sql, **given):
    return use.town.session.execute(text(sql), {"r": use.town.region_id, **given})


def tallies(use):
    names = {("rack", key): code for code, key in use.town.rack.items()}
    names |= {("equipment", key): code for code, key in use.town.equipment.items()}
    names |= {(kind, key): code for (kind, code), key in use.keys.items()}
    sql = f"SELECT kind, owner_id, technology, {COUNTS} FROM tally WHERE region_id = :r AND kind = ANY(:kinds)"
    rows = run(use, sql, kinds=list(KINDS))
    return {(row[0], names[OWNERS.get(row[0], "equipment"), row[1]], row[2]): tuple(row[3:]) for row in rows}


def differences(use):
    return list_tally_differences(use.town.session, use.town.region_id, FAMILIES)


def list_owners(use, *owners):
    run(use, "CREATE TEMPORARY TABLE owners_changed (kind text, id bigint) ON COMMIT DROP")
    for kind, key in owners:
        run(use, "INSERT INTO owners_changed VALUES (:kind, :id)", kind=kind, id=key)


def in_grid(use, kind, code):
    sql = f"SELECT {COUNTS} FROM grid_tally WHERE region_id = :r AND kind = :kind AND grid_id = :grid"
    return tuple(run(use, sql, kind=kind, grid=use.town.grid[code]).one())


def test_tallies_of_the_town_in_use(use):
    assert tallies(use) == EXPECTED
    assert differences(use) == []


def test_homes_count_where_they_stand_and_lines_where_they_begin(use):
    assert in_grid(use, "household", EAST)[:2] == (20, 1)
    assert in_grid(use, "household", WEST)[:2] == (6, 0)
    assert in_grid(use, "household", TOWN)[:2] == (26, 1)
    assert in_grid(use, "number", WEST)[:4] == (20, 4, 1, 1)
    rows = {row.code: row for row in grid_occupancy(use.town.session, use.town.region_id, 3, "home")}
    assert rows[EAST].fill_ratio == pytest.approx(1 / 12)
    assert rows[WEST].fill_ratio is None


def test_each_family_leaves_the_other_alone(use):
    run(use, "UPDATE tally SET in_use = in_use + 1 WHERE region_id = :r AND kind IN ('number', 'slot')")
    wrong = list_tally_differences(use.town.session, use.town.region_id)
    assert {one.kind for one in wrong} == {"slot"}
    assert settle_service_tallies(use.town.session, use.town.region_id).tallies == 1
    assert {one.kind for one in differences(use)} == {"slot"}
    assert settle_all_tallies(use.town.session, use.town.region_id).tallies == 2
    assert differences(use) == []


def test_use_beyond_capacity_is_clipped(use):
    run(use, "UPDATE circuit SET peak_mbit = 5000 WHERE region_id = :r AND code = 'UL-1'")
    run(use, "UPDATE trunk_group SET busy_hour_erlang = 500 WHERE region_id = :r")
    run(use, "UPDATE power_reading SET value = 900 WHERE region_id = :r")
    run(use, "UPDATE power_feed SET load_a = 900 WHERE region_id = :r")
    run(use, "UPDATE rack SET power_kw = 0.1 WHERE region_id = :r")
    run(use, "UPDATE address SET household_count = 0 WHERE region_id = :r AND code = '101'")
    settle_all_tallies(use.town.session, use.town.region_id)
    found = tallies(use)
    assert found["uplink_mbit", "UL-1", ""][:2] == (1000, 1000)
    assert found["trunk_channel", "TG-1", ""][:2] == (60, 60)
    assert found["rack_w", "CO-1/R01/C01", ""][:2] == (100, 100)
    assert found["battery_ah", "BAT-1", ""][:2] == (300, 300)
    assert found["household", "B-E", ""][:2] == (8, 1)
    assert ("home", "B-E", "") not in found


def test_some_owners_after_their_members_changed(use):
    run(use, "UPDATE number SET use = 'in_use' WHERE region_id = :r AND digits = '5220010'")
    run(use, "UPDATE service SET state = 'terminated', ended_on = '2026-01-01' WHERE region_id = :r AND code = 'FT-1'")
    run(use, "DELETE FROM circuit_carrier WHERE region_id = :r AND circuit_id = :c", c=use.keys["circuit", "AC-FT-1"])
    run(use, "UPDATE vlan SET use = 'idle' WHERE region_id = :r")
    run(use, "UPDATE power_reading SET value = 80 WHERE region_id = :r AND read_on = '2026-02-28'")
    run(use, "UPDATE trunk_group SET busy_hour_erlang = 10 WHERE region_id = :r")
    keys, own = use.keys, use.town.equipment
    list_owners(
        use, ("number_block", keys["number_block", "5220000"]), ("circuit", keys["circuit", "PON-1"]),
        ("building", keys["building", "B-E"]), *(("equipment", own[code]) for code in ("BRAS-1", "RECT-1", "BAT-1", "BAT-2")),
        ("trunk_group", keys["trunk_group", "TG-1"]),
    )  # fmt: skip
    settled = settle_all_tallies(use.town.session, use.town.region_id, "owners_changed")
    assert settled.tallies == 9
    assert differences(use) == []
    assert in_grid(use, "number", WEST)[1] == 5
    # A block that went takes its counts with it.
    run(use, "DELETE FROM service_resource WHERE region_id = :r AND number_id IS NOT NULL")
    run(use, "DELETE FROM number WHERE region_id = :r")
    run(use, "DELETE FROM number_block WHERE region_id = :r")
    settle_service_tallies(use.town.session, use.town.region_id, "owners_changed")
    assert differences(use) == []
    assert in_grid(use, "number", WEST) == (0,) * 6


def test_claims_of_both_floors_by_their_deltas(use):
    run(use, "UPDATE number SET use = 'in_use' WHERE region_id = :r AND digits = '5220011'")
    run(use, "UPDATE port SET use = 'in_use' WHERE region_id = :r AND id = :p", p=use.town.port["SW-1", "0/1/9"])
    deltas = [
        TallyDelta("port", use.town.equipment["SW-1"], "pots", in_use=1),
        TallyDelta("number", use.keys["number_block", "5220000"], in_use=1),
    ]
    change_tallies(use.town.session, use.town.region_id, deltas)
    assert differences(use) == []
