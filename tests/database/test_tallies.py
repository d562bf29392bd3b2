"""Counts by owner and grid: as worked out by hand for the town, after changes, and by the delta of one command."""

import pytest
from sqlalchemy import text

from app.core.errors import NotFoundError, RuleError
from app.network.commands.grid_shares import settle_grid_shares, settle_structure_grids
from app.network.commands.tallies import TallyDelta, change_tallies, settle_tallies
from app.network.queries.tallies import list_tally_differences
from app.occupancy.queries import data_date, grid_occupancy, resource_summary, sum_technologies
from tests.town import COUNTY, EAST, PAIR_METRES, SHARES, STRAND_METRES, TALLIES, TOWN, WEST

COUNTS = "installed, in_use, reserved, releasing, unusable, planned"


@pytest.fixture
def town(town):
    settle_tallies(town.session, town.region_id)
    return town


def tallies(town):
    owners = {
        "port": town.equipment,
        "terminal": town.equipment,
        "splitter_output": town.equipment,
        "slot": town.equipment,
        "rack_unit": town.rack,
    }
    names = {}
    for kind, keys in {
        **owners,
        **dict.fromkeys(("strand", "pair"), town.segment),
        **dict.fromkeys(("duct", "subduct"), town.section),
    }.items():
        names.update({(kind, key): code for code, key in keys.items()})
    rows = town.session.execute(text(f"SELECT kind, owner_id, technology, {COUNTS} FROM tally WHERE region_id = :r"), {"r": town.region_id})
    return {(row[0], names[row[0], row[1]], row[2]): tuple(row[3:]) for row in rows}


def sums(town, kind, grid):
    sql = f"SELECT {COUNTS} FROM grid_tally WHERE region_id = :r AND kind = :kind AND grid_id = :grid"
    return tuple(town.session.execute(text(sql), {"r": town.region_id, "kind": kind, "grid": town.grid.get(grid, 0)}).one())


def list_owners(town, *owners):
    town.session.execute(text("CREATE TEMPORARY TABLE owners_changed (kind text, id bigint) ON COMMIT DROP"))
    for kind, key in owners:
        town.session.execute(text("INSERT INTO owners_changed VALUES (:kind, :id)"), {"kind": kind, "id": key})


def test_tallies_of_the_town(town):
    assert tallies(town) == TALLIES
    assert list_tally_differences(town.session, town.region_id) == []


def test_lines_count_metres_in_the_grids_they_cross(town):
    # S02: 16/21 of 235 m are 179 whole metres in W, 5/21 are 56 in E.
    assert sums(town, "strand_m", WEST)[0] == 330 * 24 + 179 * 24
    assert sums(town, "strand_m", EAST)[0] == 56 * 24 + 160 * 12
    assert sums(town, "strand_m", WEST)[5] == 110 * 12
    assert sums(town, "strand_m", COUNTY) == sums(town, "strand_m", TOWN)
    assert sums(town, "strand_m", COUNTY)[0] == STRAND_METRES
    assert sums(town, "pair_m", COUNTY)[0] == PAIR_METRES


def test_what_lies_outside_is_not_dropped(town):
    assert sums(town, "terminal", "outside")[0] == 12
    rows = grid_occupancy(town.session, town.region_id, 3, "terminal", "fibre_box", with_outside=True)
    assert [(row.code, row.installed, row.in_use) for row in rows] == [(WEST, 0, 0), (EAST, 12, 1), ("", 12, 0)]
    assert rows[0].fill_ratio is None


def test_settling_again_changes_nothing(town):
    settled = settle_tallies(town.session, town.region_id)
    assert (settled.tallies, settled.grids, settled.lines) == (0, 0, 0)


def test_some_owners_after_their_members_changed(town):
    strand = "UPDATE conductor SET use = 'in_use' WHERE region_id = :r AND segment_id = :s AND no IN (5, 6)"
    town.session.execute(text(strand), {"r": town.region_id, "s": town.segment["CB-104/S02"]})
    town.session.execute(
        text("UPDATE equipment SET structure_id = :at WHERE region_id = :r AND id = :id"),
        {"r": town.region_id, "id": town.equipment["FB-9"], "at": town.structure["P-1"]},
    )
    list_owners(town, ("segment", town.segment["CB-104/S02"]), ("equipment", town.equipment["FB-9"]))
    settle_tallies(town.session, town.region_id, "owners_changed")
    assert sums(town, "strand_m", EAST)[1] == 3 * 56 + 160
    assert sums(town, "terminal", "outside") == (0,) * 6
    assert list_tally_differences(town.session, town.region_id) == []


def test_a_longer_sheath_and_an_owner_that_went(town):
    town.session.execute(
        text("UPDATE cable_segment SET sheath_m = 300 WHERE region_id = :r AND id = :s"),
        {"r": town.region_id, "s": town.segment["CB-104/S02"]},
    )
    gone = town.section["SEC-6"]
    town.session.execute(text("DELETE FROM cable_run WHERE region_id = :r AND section_id = :s"), {"r": town.region_id, "s": gone})
    town.session.execute(text("DELETE FROM duct WHERE region_id = :r AND section_id = :s"), {"r": town.region_id, "s": gone})
    town.session.execute(text("DELETE FROM section WHERE region_id = :r AND id = :s"), {"r": town.region_id, "s": gone})
    list_owners(town, ("segment", town.segment["CB-104/S02"]), ("section", gone))
    settle_grid_shares(town.session, town.region_id, "owners_changed")
    settle_tallies(town.session, town.region_id, "owners_changed")
    assert list_tally_differences(town.session, town.region_id) == []
    assert ("duct", "SEC-6", "") not in tallies(town)
    left = town.session.execute(
        text("SELECT count(*) FROM grid_share WHERE region_id = :r AND owner_id = :s AND owner_kind = 'section'"),
        {"r": town.region_id, "s": gone},
    )
    assert left.scalar_one() == 0


def test_recount_repairs_sums_of_grids(town):
    town.session.execute(
        text("UPDATE grid_tally SET installed = installed + 5 WHERE region_id = :r AND kind = 'port'"), {"r": town.region_id}
    )
    wrong = list_tally_differences(town.session, town.region_id)
    assert {(one.scope, one.found[0] - one.expected[0]) for one in wrong} == {("grid", 5)}
    settle_tallies(town.session, town.region_id)
    assert list_tally_differences(town.session, town.region_id) == []


def test_a_claim_by_its_delta(town):
    town.session.execute(
        text("UPDATE conductor SET use = 'in_use' WHERE region_id = :r AND segment_id = :s AND no = 5"),
        {"r": town.region_id, "s": town.segment["CB-104/S02"]},
    )
    change_tallies(town.session, town.region_id, [TallyDelta("strand", town.segment["CB-104/S02"], in_use=1)])
    assert list_tally_differences(town.session, town.region_id) == []


def test_a_claim_on_what_was_never_counted(town):
    with pytest.raises(RuleError, match="never counted"):
        change_tallies(town.session, town.region_id, [TallyDelta("strand", 0, in_use=1)])


def test_shares_follow_the_lines(town):
    settle_grid_shares(town.session, town.region_id)
    rows = town.session.execute(
        text("SELECT owner_kind, owner_id, grid_id, share FROM grid_share WHERE region_id = :r AND share > 0"), {"r": town.region_id}
    ).all()
    owners = {("section", key): code for code, key in town.section.items()} | {("segment", key): code for code, key in town.segment.items()}
    grids = {key: code for code, key in town.grid.items()}
    shares = {}
    for kind, owner, grid, share in rows:
        shares.setdefault(owners[kind, owner], {})[grids[grid]] = share
    assert shares.keys() == {*town.section, *town.segment}
    for code, parts in shares.items():
        assert parts == pytest.approx(SHARES.get(code, {WEST: 1.0}), abs=0.002)
        assert sum(parts.values()) == pytest.approx(1, abs=1e-12)


def test_shares_of_some_lines_equal_those_of_all(town):
    settle_grid_shares(town.session, town.region_id)
    sql = text("SELECT owner_kind, owner_id, grid_id, share FROM grid_share WHERE region_id = :r ORDER BY 1, 2, 3")
    all_at_once = town.session.execute(sql, {"r": town.region_id}).all()
    town.session.execute(text("UPDATE grid_share SET share = 0.9 WHERE region_id = :r AND owner_kind = 'segment'"), {"r": town.region_id})
    list_owners(town, *(("section", key) for key in town.section.values()))
    settle_grid_shares(town.session, town.region_id, "owners_changed")
    assert town.session.execute(sql, {"r": town.region_id}).all() == all_at_once


def test_structures_find_their_community(town):
    town.session.execute(text("UPDATE structure SET grid_id = NULL WHERE region_id = :r"), {"r": town.region_id})
    assert settle_structure_grids(town.session, town.region_id, [town.structure["MH-1"]]) == 1
    assert settle_structure_grids(town.session, town.region_id) == 7
    left = (
        town.session.execute(text("SELECT code FROM structure WHERE region_id = :r AND grid_id IS NULL"), {"r": town.region_id})
        .scalars()
        .all()
    )
    assert left == ["HH-9"]


def test_summary_of_a_grid_and_of_the_region(town):
    whole = {(row.kind, row.technology): row for row in resource_summary(town.session, town.region_id)}
    assert whole["terminal", "fibre_box"].installed == 24
    assert whole["strand", ""].planned == 12
    east = {(row.kind, row.technology): row for row in resource_summary(town.session, town.region_id, EAST)}
    assert east["terminal", "fibre_box"].installed == 12
    assert sum(row.installed for row in sum_technologies(list(whole.values())) if row.kind == "terminal") == 72 + 500 + 144 + 600 + 24 + 10
    with pytest.raises(NotFoundError, match="no grid"):
        resource_summary(town.session, town.region_id, "nix")


def test_the_date_of_an_empty_region(session, region):
    assert data_date(session, region) is None
