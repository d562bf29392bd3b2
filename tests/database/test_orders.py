"""Orders in the town: from the question to the service and back, and the counts after every step."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.core.errors import InputError, NotFoundError, RuleError, StaleError
from app.network.checks.registry import PLANT_CHECKS, run_checks
from app.network.commands.members import block_member, unblock_member
from app.network.queries.tallies import list_tally_differences
from app.operations import orders
from app.operations.design import Wish, take_line
from app.operations.qualification import ask_at_address_id, qualify
from app.services.checks.registry import USE_CHECKS
from app.services.commands.reservations import Purpose, expire, find_reservation, release
from app.services.commands.tallies import FAMILIES
from tests.factories.lines import FREE_FTTH

NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
# What orders could break; the others look at plant that orders leave alone.
RULES = ("O1", "O2", "O3", "O7", "K9", "K10", "K14", "K15")
HOMES = {"ftth": "B-E/101", "pots": "B-W/101"}


def ask(session, region, use, product="ftth", rate=None):
    return ask_at_address_id(session, region, use.keys["address", HOMES[product]], product, rate)


def differences(session, region):
    return list_tally_differences(session, region, FAMILIES)


def lead(session, region, code, until="close"):
    """Lead an order up to and with a step; the counts are right after each that changes the network."""
    while True:
        before = orders.get_order(session, region, code, "test", NOW).row["step"]
        work = orders.advance(session, region, code, "test", NOW)
        if before in ("reserve", "activate"):
            assert differences(session, region) == [], before
        if before == until or work.row["state"] != "open":
            return work


def install(session, region, use, product="ftth", **wish):
    given = {"address_id": use.keys["address", HOMES[product]], "customer_id": use.keys["customer", "C-1"], **wish}
    return orders.open_order(session, region, orders.OrderWish("install", product, **given), "test", NOW).code


def value(session, region, sql, **given):
    return session.execute(text(sql), {"region": region, **given}).scalar()


def service_code(session, region, work):
    return value(session, region, "SELECT code FROM service WHERE region_id = :region AND id = :id", id=work.row["service_id"])


def test_fibre_is_there_with_its_way_and_loss(session, region, lines):
    answer = qualify(session, region, ask(session, region, lines[1], "ftth", 100))
    line = answer.best
    assert answer.verdict == "yes"
    assert [hop.code for hop in line.hops if hop.why != "tree"] == ["FB-1/A-02", "CB-201/S01:2", "GJ-1/B-02", "SP-1/OUT-02"]
    assert line.plant_m == pytest.approx(160 + 235 + 330) and line.patches == 1
    # 0.05 dB of splice, a splitter of eight, and connectors; the margin is 1 dB up to 5 km.
    assert line.losses[1310] - line.bare[1310] == pytest.approx(1) and 10.5 < line.bare[1310] < line.limit
    assert (line.head, line.vlan, line.uplink_spare_mbit) == ("OLT-1/0/1/0", "BRAS-1:100.2", pytest.approx(649.5))


def test_copper_is_there_with_its_resistance_and_number(session, region, lines):
    line = qualify(session, region, ask(session, region, lines[1], "pots")).best
    assert [hop.code for hop in line.hops] == [
        "DP-1/05", "CC-302/S01:5", "XC-1/P-005", "XC-1/M-005", "CC-301/S01:5", "MDF-1/V01-005", "SW-1/0/1/4",
    ]  # fmt: skip
    assert line.verdict == "yes" and line.patches == 2 and line.number == "5220007"
    assert line.loop_ohm == pytest.approx(2 * 148 * (65 + 390) / 1000)


def test_far_point_needs_works_and_tells_what_they_cost(session, region, lines):
    asked = ask(session, region, lines[1])
    far = type(asked)(asked.lon + 0.02, asked.lat, asked.product)
    line = qualify(session, region, far).best
    assert line.verdict == "works" and {reason.code for reason in line.reasons} >= {"NO_ACCESS_POINT"}
    assert line.fen > 100_000 and line.days >= 20


@pytest.mark.parametrize(("product", "joints"), [("ftth", 1), ("pots", 2)])
def test_install_and_remove_leave_everything_as_it_was(session, region, lines, product, joints):
    town, use = lines
    stock = "SELECT string_agg(x.n, ' ' ORDER BY x.n) FROM (SELECT use || count(*) AS n FROM {} WHERE region_id = :region GROUP BY use) x"
    tables = ("port", "conductor", "vlan")
    before = {table: value(session, region, stock.format(table)) for table in tables}
    joined = value(session, region, "SELECT count(*) FROM joint WHERE region_id = :region")
    breaches = {(one.rule, one.subject) for one in run_checks(session, region, RULES, books=(PLANT_CHECKS, USE_CHECKS), today=NOW.date())}
    work = lead(session, region, install(session, region, use, product))
    code = service_code(session, region, work)
    assert work.row["state"] == "closed"
    assert value(session, region, "SELECT state FROM service WHERE region_id = :region AND code = :code", code=code) == "active"
    assert value(session, region, "SELECT count(*) FROM joint WHERE region_id = :region") == joined + joints
    now = {(one.rule, one.subject) for one in run_checks(session, region, RULES, books=(PLANT_CHECKS, USE_CHECKS), today=NOW.date())}
    assert now - breaches == set()
    removal = orders.open_order(session, region, orders.OrderWish("remove", service=code, rest={"reason": "用户搬迁"}), "test", NOW)
    lead(session, region, removal.code)
    assert {table: value(session, region, stock.format(table)) for table in tables} == before
    assert value(session, region, "SELECT count(*) FROM joint WHERE region_id = :region") == joined
    ageing = "SELECT ageing_until FROM number WHERE region_id = :region AND digits = '5220007'"
    if product == "pots":
        assert value(session, region, ageing) == NOW.date() + timedelta(days=180)


def test_cancelled_order_frees_what_it_had_reserved(session, region, lines):
    code = install(session, region, lines[1])
    lead(session, region, code, "reserve")
    assert value(session, region, "SELECT count(*) FROM circuit WHERE region_id = :region AND use = 'reserved'") == 1
    orders.cancel(session, region, code, "customer withdrew", "test", NOW)
    assert differences(session, region) == []
    assert value(session, region, "SELECT count(*) FROM circuit WHERE region_id = :region AND use = 'reserved'") == 0
    assert value(session, region, "SELECT count(*) FROM service WHERE region_id = :region AND state = 'reserved'") == 0
    with pytest.raises(RuleError, match="ORDER_NOT_OPEN"):
        orders.advance(session, region, code, "test", NOW)


def test_cancelled_removal_leaves_the_service_in_use(session, region, lines):
    removal = orders.open_order(session, region, orders.OrderWish("remove", service="FT-1"), "test", NOW).code
    lead(session, region, removal, "reserve")
    assert value(session, region, "SELECT use FROM circuit WHERE region_id = :region AND code = 'AC-FT-1'") == "releasing"
    orders.cancel(session, region, removal, "stays", "test", NOW)
    assert value(session, region, "SELECT use FROM circuit WHERE region_id = :region AND code = 'AC-FT-1'") == "in_use"
    assert differences(session, region) == []


def test_move_and_change_and_restore(session, region, lines):
    use = lines[1]
    code = service_code(session, region, lead(session, region, install(session, region, use, "pots")))
    wish = orders.OrderWish("change", service=code, rest={"number": "*15"})
    lead(session, region, orders.open_order(session, region, wish, "test", NOW).code)
    held = (
        "SELECT n.digits FROM service_resource h JOIN number n ON n.region_id = :region AND n.id = h.number_id"
        " WHERE h.region_id = :region"
        " AND h.ended_on IS NULL AND h.service_id = (SELECT id FROM service WHERE region_id = :region AND code = :code)"
    )
    assert value(session, region, held, code=code) == "5220015"
    wish = orders.OrderWish("move", service=code, address_id=use.keys["address", "B-W/101"])
    lead(session, region, orders.open_order(session, region, wish, "test", NOW).code)
    assert value(session, region, held, code=code) == "5220015"
    wish = orders.OrderWish("restore", service=code, rest={"rebuilds": True})
    lead(session, region, orders.open_order(session, region, wish, "test", NOW).code)
    assert value(session, region, held, code=code) == "5220015"
    assert value(session, region, "SELECT count(*) FROM circuit WHERE region_id = :region AND life = 'retired'") == 2


def test_one_service_has_one_open_order(session, region, lines):
    orders.open_order(session, region, orders.OrderWish("remove", service="FT-1"), "test", NOW)
    with pytest.raises(RuleError, match="SERVICE_BUSY"):
        orders.open_order(session, region, orders.OrderWish("remove", service="FT-1"), "test", NOW)


def test_lines_are_given_out_until_none_is_left_and_the_last_taker_is_named(session, region, lines):
    taken = set()
    for no in range(FREE_FTTH):
        held, line = take_line(session, region, ask(session, region, lines[1]), Purpose(f"desk{no}", "offer"), NOW)
        taken |= {hop.code for hop in line.hops if hop.why != "tree"}
    assert len(taken) == 4 * FREE_FTTH and differences(session, region) == []
    with pytest.raises(RuleError, match="NONE_FREE") as told:
        take_line(session, region, ask(session, region, lines[1]), Purpose("late", "offer"), NOW)
    assert held.code in str(told.value) and "desk6" in str(told.value)
    release(session, region, held.code, NOW)
    assert take_line(session, region, ask(session, region, lines[1]), Purpose("late", "offer"), NOW)[0].state == "held"


def test_each_group_of_a_splitter_is_lit_for_itself(session, region, lines):
    town, use = lines
    # A dark group in the same case, whose output comes first by number.
    session.execute(text(
        "INSERT INTO port (region_id, equipment_id, no, role, split_no, port_type) SELECT region_id, equipment_id,"
        " CASE role WHEN 'split_in' THEN 'IN-2' ELSE 'OUT-00' END, role, 2, port_type FROM port"
        " WHERE region_id = :region AND equipment_id = :splitter AND no IN ('IN-1', 'OUT-01')"
    ), {"region": region, "splitter": town.equipment["SP-1"]})  # fmt: skip
    for no in range(FREE_FTTH):
        _, line = take_line(session, region, ask(session, region, use), Purpose("desk", "offer"), NOW)
        assert [hop.code for hop in line.hops if hop.role == "split_out"] == [f"SP-1/OUT-{no + 2:02}"]
    with pytest.raises(RuleError):
        take_line(session, region, ask(session, region, use), Purpose("desk", "offer"), NOW)


def test_who_asked_before_a_vain_search_is_told_it_and_who_comes_later_is_looked_for_anew(session, region, lines):
    def take(asked_at):
        return take_line(session, region, ask(session, region, lines[1]), Purpose("desk", "offer"), NOW, asked_at=asked_at)

    def refuse(asked_at):
        with pytest.raises(RuleError, match="NONE_FREE") as told:
            take(asked_at)
        return str(told.value)

    early = time.monotonic()
    held = [take(time.monotonic())[0].code for _ in range(FREE_FTTH)]
    late = refuse(time.monotonic())
    assert held[-1] in late
    release(session, region, held[0], NOW)
    # When they asked, and still after that, nothing was free.
    assert refuse(early) == late
    assert take(time.monotonic())[0].state == "held"
    assert refuse(time.monotonic()) != late


def test_expiry_frees_and_is_journalled(session, region, lines):
    held, _ = take_line(session, region, ask(session, region, lines[1], "pots"), Purpose("desk", "offer"), NOW)
    assert held.until_at == NOW + timedelta(days=15)
    assert expire(session, region, NOW + timedelta(days=14)) == []
    assert expire(session, region, NOW + timedelta(days=15)) == [held.code]
    assert find_reservation(session, region, held.code).state == "expired" and differences(session, region) == []
    told = "SELECT before ->> 'state' FROM journal WHERE region_id = :region AND tbl = 'reservation' AND row_id = :id"
    told += " AND before ->> 'state' = 'held'"
    assert value(session, region, told, id=held.id) == "held"
    assert value(session, region, "SELECT use FROM number WHERE region_id = :region AND id = :id", id=held.number_id) == "idle"


def test_blocked_port_is_passed_over(session, region, lines):
    town, use = lines
    key = town.port["FB-1", "A-02"]
    block_member(session, region, "port", key, "water in the box", NOW.date())
    assert differences(session, region) == []
    assert qualify(session, region, ask(session, region, use)).best.hops[0].code == "FB-1/A-03"
    with pytest.raises(RuleError, match="MEMBER_HELD"):
        block_member(session, region, "port", town.port["FB-1", "A-01"], "x", None)
    unblock_member(session, region, "port", key)
    assert qualify(session, region, ask(session, region, use)).best.hops[0].code == "FB-1/A-02"


def test_person_chooses_a_hop_and_diversity(session, region, lines):
    town, use = lines
    wish = Wish(ports=(town.port["FB-1", "A-05"], town.port["SP-1", "OUT-07"]))
    _, line = take_line(session, region, ask(session, region, use), Purpose("desk", "offer"), NOW, wish)
    assert [hop.code for hop in line.hops if hop.why != "tree"] == ["FB-1/A-05", "CB-201/S01:5", "GJ-1/B-05", "SP-1/OUT-07"]
    with pytest.raises(RuleError, match="NOT_APART"):
        take_line(session, region, ask(session, region, use), Purpose("desk", "offer"), NOW, Wish(apart_from=use.keys["service", "FT-1"]))


@pytest.mark.parametrize("rest", [{"apart_from": "C-1"}, {"ports": ["CB-201/S01:5"]}])
def test_wish_that_names_another_kind_of_thing_is_refused(session, region, lines, rest):
    code = install(session, region, lines[1], rest=rest)
    orders.advance(session, region, code, "test", NOW, step="survey")
    with pytest.raises(NotFoundError, match="CODE_UNKNOWN"):
        orders.advance(session, region, code, "test", NOW, step="design")


def test_clock_stands_still_only_for_a_reason(session, region, lines):
    code = install(session, region, lines[1])
    with pytest.raises(InputError, match="PAUSE_REASON"):
        orders.pause(session, region, code, "no time", None, "test", NOW)
    orders.pause(session, region, code, "customer_absent", None, "test", NOW)
    with pytest.raises(RuleError, match="ORDER_NOT_OPEN"):
        orders.advance(session, region, code, "test", NOW)
    assert orders.resume(session, region, code, "test", NOW).row["state"] == "open"


def test_step_that_is_not_next_and_stale_version_are_refused(session, region, lines):
    code = install(session, region, lines[1])
    seen = orders.get_order(session, region, code, "test", NOW).row["change_id"]
    with pytest.raises(RuleError, match="STEP_NOT_NEXT"):
        orders.advance(session, region, code, "test", NOW, step="activate")
    with pytest.raises(StaleError, match="STALE"):
        orders.advance(session, region, code, "test", NOW, change_id=seen - 1)
