"""Impact in the town in use: who falls, who holds on another way, and when batteries end; worked out by hand."""
from datetime import date

import pytest
from sqlalchemy import event, text

from app.core.errors import InputError, NotFoundError
from app.engineering.power import battery_hours
from app.topology.impact import find_failing, find_impact
from tests.factories.use import add_second_level

DAY = date(2026, 3, 1)
PHONES = ["PT-1", "PT-2", "PT-3", "PT-4"]
EVERYBODY = ["FT-1", "LL-S", *PHONES]


@pytest.fixture
def used(use):
    return use.town


def impact(session, town, *codes, hours=0.0, area=None):
    elements = [(hit.kind, hit.id) for hit in find_failing(session, town.region_id, codes)]
    return find_impact(session, town.region_id, elements, hours, day=DAY, area=area)


def told(found, state="down"):
    return sorted(service.code for service in found.of_state(state))


@pytest.mark.parametrize(
    ("codes", "down", "weakened"),
    [
        (["CB-104/S01:1"], ["FT-1"], []),
        (["CB-104/S01:2"], [], []),
        (["CB-104/S01:3"], [], ["LL-S"]),
        (["CB-104/S01:3", "CB-104/S02:4"], ["LL-S"], []),
        (["CB-104"], ["FT-1", "LL-S"], []),
        (["CB-104/S02"], ["FT-1", "LL-S"], []),
        (["SEC-5"], ["FT-1"], []),
        (["SEC-6"], PHONES, []),
        (["SEC-1"], EVERYBODY, []),
        (["SEC-1/K01"], ["FT-1", "LL-S"], []),
        (["SEC-1/K01-1"], ["FT-1", "LL-S"], []),
        (["SEC-1/K02"], PHONES, []),
        (["SEC-1/K03"], [], []),
        (["MH-2"], EVERYBODY, []),
        (["JC-1"], PHONES, []),
        (["CL-1"], ["FT-1", "LL-S"], []),
        (["XC-1"], PHONES, []),
        (["SP-1"], ["FT-1"], []),
        (["OLT-1"], ["FT-1"], []),
        (["BRAS-1"], ["FT-1"], []),
        (["OLT-1/0/9/0"], ["FT-1"], []),
        (["SW-1"], PHONES, []),
        (["SDH-1/L1"], [], ["LL-S"]),
        (["SDH-1"], ["LL-S"], []),
        (["SDH-2/T1"], ["LL-S"], []),
        (["CO-1"], EVERYBODY, []),
        (["CO-1/R01/C01"], EVERYBODY, []),
        (["MAINS-1"], [], []),
        (["DCP-1"], [], []),
        (["DCP-1", "DCP-2"], EVERYBODY, []),
        (["RECT-1"], [], []),
        (["BAT-1", "BAT-2"], [], []),
    ],
)
def test_who_falls(session, used, codes, down, weakened):
    found = impact(session, used, *codes)
    assert told(found) == sorted(down)
    assert told(found, "weakened") == weakened
    assert found.counts == {"down": len(down), "later": 0, "weakened": len(weakened)}


@pytest.mark.parametrize(
    ("codes", "down"),
    [
        (["SP-2"], ["FT-2"]),
        (["SP-2/IN-1"], ["FT-2"]),
        (["SP-1/OUT-03"], ["FT-3"]),
        (["GJ-1/B-02"], ["FT-2"]),
        (["CB-201/S01:3"], ["FT-3"]),
        (["CB-201/S01:2", "CB-201/S01:3"], ["FT-2", "FT-3"]),
        (["CB-201"], ["FT-1", "FT-2", "FT-3"]),
        (["SP-1"], ["FT-1", "FT-2", "FT-3"]),
        (["CB-104/S02:1"], ["FT-1", "FT-2", "FT-3"]),
    ],
)
def test_a_branch_falls_with_its_splitter_and_not_with_its_neighbours(session, town, use, codes, down):
    add_second_level(use)
    assert told(impact(session, town, *codes)) == down


def test_a_line_of_unknown_output_falls_with_any_part_of_its_tree(session, town, use):
    add_second_level(use)
    given = {"region_id": town.region_id, "port": town.port["SP-3", "OUT-01"]}
    session.execute(text("DELETE FROM circuit_carrier WHERE region_id = :region_id AND port_id = :port"), given)
    assert told(impact(session, town, "SP-2")) == ["FT-2", "FT-3"]


def test_batteries_end(session, used):
    """600 Ah bear the 60 A that the rectifier showed last for so many hours at 15 degrees; then all that needs power falls."""
    hours = battery_hours(600, 60, 15)
    short, long = impact(session, used, "MAINS-1", hours=hours - 0.1), impact(session, used, "MAINS-1", hours=hours + 0.1)
    assert told(short, "later") == []
    assert told(long, "later") == sorted(EVERYBODY) and told(long) == []
    assert [service.hours for service in long.services] == [pytest.approx(hours)] * 6
    (state,) = long.batteries
    assert (state.site, state.capacity_ah, state.load_a, state.hours) == ("CO-1", 600, 60, pytest.approx(hours))
    one = impact(session, used, "RECT-1", "BAT-2", hours=24)
    assert one.batteries[0].capacity_ah == 300


def test_a_feed_falls_and_the_other_holds(session, used):
    feeds = session.execute(
        text("SELECT id FROM power_feed WHERE region_id = :region_id AND load_rack_id IS NOT NULL ORDER BY id"),
        {"region_id": used.region_id},
    ).scalars().all()
    assert len(feeds) == 2
    one = find_impact(session, used.region_id, [("power_feed", feeds[0])], 48, day=DAY)
    assert told(one) == [] and told(one, "later") == []
    both = find_impact(session, used.region_id, [("power_feed", key) for key in feeds], day=DAY)
    assert told(both) == sorted(EVERYBODY)


def test_nobody_knows_how_long(session, used):
    session.execute(text("DELETE FROM power_reading WHERE region_id = :region_id"), {"region_id": used.region_id})
    found = impact(session, used, "MAINS-1", hours=1)
    assert told(found, "later") == sorted(EVERYBODY)
    assert {service.hours for service in found.services} == {None} and found.batteries[0].hours is None


def test_answer_is_ordered_and_counted_once(session, used):
    found = impact(session, used, "SEC-1", "CB-104", "CO-1", "CB-104/S01:1")
    assert [service.code for service in found.services] == ["LL-S", "FT-1", *PHONES]
    assert [(customer.code, customer.segment, customer.down) for customer in found.customers] == [("C-2", "large", 1), ("C-1", "public", 5)]
    assert found.numbers == ("5220001", "5220002", "5220003", "5220004")
    assert [(code, count) for code, _, _, count in found.grids] == [("421022100201", 4), ("421022100202", 1), (None, 1)]


def test_restoration_begins_with_those_who_need_most_care(session, used):
    session.execute(text("UPDATE service SET sla = 'AAA' WHERE region_id = :region_id AND code = 'FT-1'"), {"region_id": used.region_id})
    found = impact(session, used, "CB-104/S02")
    assert [(one.code, one.services, one.large_customers, one.sla) for one in found.restoration] == [
        ("CB-104/S02:1", 1, 0, "AAA"), ("CB-104/S02:3", 1, 1, None), ("CB-104/S02:4", 1, 1, None),
    ]  # fmt: skip
    assert [one.code for one in impact(session, used, "OLT-1/0/9/0").restoration] == ["OLT-1/0/9/0"]


def test_a_dig_in_an_area(session, used):
    """A box around the eastern end of SEC-7 alone, and one around everything."""
    corners = "[[112.2330,30.0580],[112.2336,30.0580],[112.2336,30.0586],[112.2330,30.0586],[112.2330,30.0580]]"
    found = impact(session, used, area=f'{{"type":"Polygon","coordinates":[{corners}]}}')
    assert told(found) == PHONES
    corners = "[[112,30],[113,30],[113,31],[112,31],[112,30]]"
    assert told(impact(session, used, area=f'{{"type":"Polygon","coordinates":[{corners}]}}')) == sorted(EVERYBODY)


def test_a_ring_closes_the_other_way(session, used):
    """Without a second path the trail goes round the ring on the section that it does not ride."""
    for sql in (
        "UPDATE circuit SET protection = 'ring' WHERE region_id = :region_id AND code = 'LL-1'",
        "DELETE FROM circuit_carrier WHERE region_id = :region_id AND path_no = 2",
    ):
        session.execute(text(sql), {"region_id": used.region_id})
    assert told(impact(session, used, "CB-104/S01:3"), "weakened") == ["LL-S"]
    assert told(impact(session, used, "CB-104/S01:4"), "weakened") == ["LL-S"]
    assert told(impact(session, used, "CB-104/S01:3", "CB-104/S01:4")) == ["LL-S"]


def test_former_services_do_not_count(session, used):
    elements = [(hit.kind, hit.id) for hit in find_failing(session, used.region_id, ["SEC-1"])]
    assert find_impact(session, used.region_id, elements, day=date(2020, 1, 1)).services == ()


def test_statements_are_few_whatever_fails(session, used, connection):
    sent = []
    elements = [(hit.kind, hit.id) for hit in find_failing(session, used.region_id, ["CO-1", "SEC-1", "CB-104", "MAINS-1"])]
    event.listen(connection, "before_cursor_execute", lambda *given: sent.append(given[2]))
    find_impact(session, used.region_id, elements, 24, day=DAY)
    assert len(sent) <= 10


def test_what_can_not_fail_is_told(session, used, other_region):
    with pytest.raises(InputError, match="NOT_FAILING"):
        find_failing(session, used.region_id, ["FT-1"])
    with pytest.raises(NotFoundError):
        find_failing(session, used.region_id, ["NOBODY"])
    with pytest.raises(NotFoundError):
        find_failing(session, other_region, ["SEC-1"])
    with pytest.raises(InputError):
        find_impact(session, used.region_id, [], -1, day=DAY)
