"""Each check of the town in use finds the one thing that breaks its rule, and nothing in the town as it stands."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.network.checks.registry import PLANT_CHECKS, list_checks, run_checks
from app.network.models import Cable
from app.network.rules.terminations import BACK, FRONT, SPLIT_IN, SPLIT_OUT, conductor_end
from app.services.checks.registry import USE_CHECKS
from tests.database.test_checks import BROKEN as BROKEN_PLANT
from tests.factories.plant import install, join_ends, pull_segment
from tests.town import EAST

BOOKS = (PLANT_CHECKS, USE_CHECKS)
KNOWN = {("B6", "SEC-5"), ("O19", "HH-9")}
LATER = date.today() + timedelta(days=500)


@pytest.fixture
def use(counted_use):
    return counted_use


def found(use, rule=None, today=None):
    breaches = run_checks(use.town.session, use.town.region_id, [rule] if rule else None, books=BOOKS, today=today)
    return {(one.rule, one.subject) for one in breaches} - KNOWN


def test_the_town_in_use_breaks_no_rule(use):
    assert found(use) == set()


def run(use, sql, **given):
    asked = text(sql)
    keys = {name: given.get(name, key) for name, key in key_names(use).items()} | given
    use.town.session.execute(asked, {name: keys[name] for name in asked.compile().params})


def key_names(use):
    town, keys = use.town, use.keys
    return {
        "r": town.region_id,
        "pon": keys["circuit", "PON-1"],
        "sec": keys["circuit", "SEC-A"],
        "trail": keys["circuit", "LL-1"],
        "line": keys["circuit", "AC-FT-1"],
        "phone": keys["circuit", "AC-PT-1"],
        "ft": keys["service", "FT-1"],
        "pt": keys["service", "PT-1"],
        "left": keys["service", "FT-0"],
        "spare": keys["number", "5220010"],
        "vlan": keys["vlan", "BRAS-1:100.1"],
        "idle_vlan": keys["vlan", "BRAS-1:100.2"],
        "mdf": town.equipment["MDF-1"],
        "sw": town.equipment["SW-1"],
        "dp": town.equipment["DP-1"],
        "gj": town.equipment["GJ-1"],
        "s02": town.segment["CB-104/S02"],
        "strand": town.strand["CB-104/S02", 1],
        "hole": town.duct["SEC-2", 3, None],
    }


RIDE = (
    "INSERT INTO circuit_carrier (region_id, circuit_id, path_no, seq, lower_circuit_id, channel_no)"
    " VALUES (:r, :circuit, 1, :seq, :lower, :channel)"
)
HOLD = "INSERT INTO service_resource (region_id, service_id, {column}, started_on) VALUES (:r, :{service}, :{held}, '2026-01-01')"
BROKEN = {
    "K11": ("UPDATE ip_prefix SET prefix = '11.1.0.0/16' WHERE region_id = :r AND prefix = '10.1.0.0/16'", "11.1.0.0/16"),
    "K13": ("UPDATE power_feed SET load_a = 70 WHERE region_id = :r AND outlet_no = 'A1'", "DCP-1:A1"),
    "K15": ("UPDATE conductor SET health = 'faulty' WHERE region_id = :r AND id = :strand", "PON-1"),
    "O4": ("UPDATE conductor SET health = 'faulty' WHERE region_id = :r AND segment_id = :s02 AND no > 18", "CB-104/S02"),
    "O5": ("UPDATE port_observation SET oper_state = 'up' WHERE region_id = :r AND oper_state = 'down'", "SW-1/0/1/4"),
    "O8": ("UPDATE cable SET ownership = 'leased' WHERE region_id = :r AND code = 'CB-104'", "CB-104/S02"),
    "O9": ("UPDATE duct SET use = 'in_use' WHERE region_id = :r AND id = :hole", "SEC-2/K03"),
    "O11": ("UPDATE port SET use = 'idle' WHERE region_id = :r AND equipment_id = :sw AND no = '0/1/2'", "MDF-1/V01-003"),
    "O12": ("UPDATE port SET use = 'in_use' WHERE region_id = :r AND equipment_id = :dp", "XC-1"),
    "O16": ("UPDATE power_reading SET value = 170 WHERE region_id = :r AND read_on = '2026-02-28'", "RECT-1"),
    "O17": ("UPDATE equipment SET life = 'retired' WHERE region_id = :r AND id = :sw", "SW-1"),
    "O18": ("UPDATE equipment SET asset_no = 'ZC-1' WHERE region_id = :r AND id IN (:sw, :mdf)", "SW-1"),
    "O20": (
        "INSERT INTO maintenance_unit (region_id, code, name_zh, kind) VALUES (:r, 'WB-1', '维护班', 'maintenance')",
        EAST,
    ),
    "U2": ("UPDATE tally SET in_use = installed WHERE region_id = :r AND kind = 'trunk_channel'", "TG-1"),
    "K10": (HOLD.format(column="number_id", service="pt", held="spare"), "PT-1"),
    "K14": ("UPDATE circuit_carrier SET channel_no = 99 WHERE region_id = :r AND channel_no = 1 AND lower_circuit_id = :pon", "AC-FT-1"),
    "O1": ("UPDATE conductor SET use = 'idle' WHERE region_id = :r AND id = :strand", "CB-104/S02:1"),
    "O2": ("UPDATE conductor SET use = 'in_use' WHERE region_id = :r AND segment_id = :s02 AND no = 9", "CB-104/S02"),
    "O3": ("UPDATE circuit SET use = 'reserved', reserved_until = '2026-01-05' WHERE region_id = :r AND id = :trail", "LL-1"),
    "O7": ("DELETE FROM circuit_carrier WHERE region_id = :r AND circuit_id = :phone AND seq = 4", "AC-PT-1"),
    "O10": ("UPDATE number SET use = 'in_use' WHERE region_id = :r AND id = :spare", "5220010"),
    "O14": ("UPDATE serving SET technology = 'pots' WHERE region_id = :r AND technology = 'pon'", "FT-1"),
    "T5": ("UPDATE code_index SET code_key = 'X' WHERE region_id = :r AND kind = 'service' AND id = :ft", "FT-1"),
    "O15": ("UPDATE vlan SET use = 'in_use' WHERE region_id = :r AND id = :idle_vlan", "BRAS-1:100.2"),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_found(use, rule):
    statement, subject = BROKEN[rule]
    run(use, statement)
    assert (rule, subject) in found(use, rule, today=LATER)


MORE = {
    "K10 what has ended holds": (HOLD.format(column="vlan_id", service="left", held="idle_vlan"), "K10", "FT-0"),
    "K11 without parent": ("UPDATE ip_prefix SET parent_id = NULL WHERE region_id = :r AND parent_id IS NOT NULL", "K11", "10.1.0.0/16"),
    "K14 ends elsewhere": ("UPDATE circuit SET a_port_id = (SELECT a_port_id FROM circuit WHERE region_id = :r AND code = 'UL-1')"
                           " WHERE region_id = :r AND id = :sec", "K14", "LL-1"),
    "O2 a line without service": ("UPDATE service_resource SET ended_on = '2026-01-01' WHERE region_id = :r AND circuit_id = :line",
                                  "O2", "AC-FT-1"),
    "O2 a port": ("UPDATE port SET use = 'in_use' WHERE region_id = :r AND equipment_id = :gj AND no = 'A-09'", "O2", "GJ-1"),
    "O3 a service": ("UPDATE service SET state = 'reserved' WHERE region_id = :r AND id = :ft", "O3", "FT-1"),
    "O5 down in use": ("UPDATE port_observation SET oper_state = 'down' WHERE region_id = :r", "O5", "OLT-1/0/1/0"),
    "O7 carried by nothing": ("DELETE FROM circuit_carrier WHERE region_id = :r AND circuit_id = :trail", "O7", "LL-1"),
    "O7 no circuit": ("DELETE FROM service_resource WHERE region_id = :r AND circuit_id = :trail", "O7", "LL-S"),
    "O7 in a tree": ("DELETE FROM circuit_carrier WHERE region_id = :r AND circuit_id = :pon AND seq = 3", "O7", "PON-1"),
    "O7 below the tree": ("DELETE FROM circuit_carrier WHERE region_id = :r AND circuit_id = :pon AND seq = 6", "O7", "AC-FT-1"),
    "O10 no line": ("UPDATE service_resource SET ended_on = '2026-01-01' WHERE region_id = :r AND circuit_id = :phone", "O10", "5220001"),
    "O10 no number": ("DELETE FROM service_resource WHERE region_id = :r AND service_id = :pt AND number_id IS NOT NULL", "O10", "PT-1"),
    "O14 no household": ("UPDATE address SET household_count = 0 WHERE region_id = :r", "O14", "FT-1"),
    "O16 a feed": ("UPDATE power_feed SET load_a = 60 WHERE region_id = :r AND outlet_no = 'A1'", "O16", "DCP-1:A1"),
    "O16 one side": ("DELETE FROM power_feed WHERE region_id = :r AND outlet_no = 'B1'", "O16", "CO-1/R01/C01"),
    "O16 one source": ("UPDATE power_feed SET source_equipment_id = (SELECT id FROM equipment WHERE region_id = :r AND code = 'DCP-1')"
                       " WHERE region_id = :r AND outlet_no = 'B1'", "O16", "CO-1/R01/C01"),
    "O18 a value": ("UPDATE equipment SET asset_value_fen = 100 WHERE region_id = :r AND id = :sw", "O18", "SW-1"),
    "K13 too much before": ("UPDATE power_feed SET breaker_a = 30 WHERE region_id = :r AND load_equipment_id ="
                            " (SELECT id FROM equipment WHERE region_id = :r AND code = 'DCP-1')", "K13", "DCP-1"),
}  # fmt: skip


@pytest.mark.parametrize("case", MORE)
def test_other_ways_to_break_a_rule(use, case):
    statement, rule, subject = MORE[case]
    run(use, statement)
    assert (rule, subject) in found(use, rule, today=LATER)


def test_a_port_out_of_order_is_down_as_it_should_be(use):
    run(use, MORE["O5 down in use"][0])
    run(use, "UPDATE port SET health = 'faulty' WHERE region_id = :r AND equipment_id = :sw")
    breaches = run_checks(use.town.session, use.town.region_id, ["O5"])
    assert [(one.subject, one.found) for one in breaches] == [("OLT-1/0/1/0", "down for NMS-1 at 2026-03-01 02:15, in_use here")]


def test_a_circle_of_feeds(use):
    town = use.town
    run(use, "UPDATE power_feed SET source_equipment_id = :panel, outlet_no = 'X1', load_equipment_id = :rectifier"
             " WHERE region_id = :r AND source_equipment_id = :battery",
        panel=town.equipment["DCP-2"], rectifier=town.equipment["RECT-1"], battery=town.equipment["BAT-2"])  # fmt: skip
    assert found(use, "K13") == {("K13", "DCP-2"), ("K13", "RECT-1")}


def test_a_cascade_beyond_the_limit(use):
    town = use.town
    for code in ("SP-2", "SP-3"):
        model = "POS-1X8" if code == "SP-2" else "POS-1X16"
        town.equipment[code] = install(town.session, town.region_id, code, model, town.structure["P-1"])
    ports = {(row[0], row[1]): row[2] for row in town.session.execute(text(
        "SELECT e.code, p.no, p.id FROM port p JOIN equipment e ON e.region_id = :r AND e.id = p.equipment_id"
        " WHERE p.region_id = :r AND e.code IN ('SP-2', 'SP-3')"), {"r": town.region_id})}  # fmt: skip
    town.port |= ports
    join_ends(town.session, town.region_id, "patch", [(town.face("FB-1", "A-02", FRONT), town.face("SP-2", "IN-1", SPLIT_IN))])
    join_ends(town.session, town.region_id, "patch", [(town.face("GJ-1", "B-02", FRONT), town.face("SP-1", "OUT-02", SPLIT_OUT))])
    assert found(use, "K8") == set()
    join_ends(town.session, town.region_id, "patch", [(town.face("SP-2", "OUT-01", SPLIT_OUT), town.face("SP-3", "IN-1", SPLIT_IN))])
    breach = run_checks(town.session, town.region_id, ["K8"])
    assert [one.subject for one in breach] == ["SP-3"]
    assert breach[0].found == "splits 1:1024 over 3 levels"


def test_two_trees_on_a_port_and_a_line_on_two_trees(use):
    run(use, "INSERT INTO circuit (region_id, code, kind, topology, channel_count, a_port_id)"
             " SELECT :r, 'PON-2', 'pon_tree', 'tree', 64, a_port_id FROM circuit WHERE region_id = :r AND id = :pon")  # fmt: skip
    assert found(use, "K9") == {("K9", "OLT-1/0/1/0")}
    second = text("SELECT id FROM circuit WHERE region_id = :r AND code = 'PON-2'")
    second = use.town.session.execute(second, {"r": use.town.region_id}).scalar_one()
    run(use, RIDE, lower=second, circuit=use.keys["circuit", "AC-FT-1"], seq=9, channel=1)
    assert ("K9", "AC-FT-1") in found(use, "K9")


def test_a_path_whose_sections_do_not_meet(use):
    run(use, RIDE, lower=use.keys["circuit", "SEC-A"], circuit=use.keys["circuit", "LL-1"], seq=9, channel=2)
    assert found(use, "K14") == set()
    run(use, RIDE, lower=use.keys["circuit", "PON-1"], circuit=use.keys["circuit", "LL-1"], seq=10, channel=7)
    told = {one.found for one in run_checks(use.town.session, use.town.region_id, ["K14"], books=BOOKS)}
    assert any("PON-1 does not begin at SDH-2" in one for one in told)
    assert any("channels of" in one for one in told)


def test_a_cabinet_with_too_few_distribution_pairs(use):
    town = use.town
    cable = town.add(Cable, code="CC-303", medium="copper")
    ends = (town.structure["JC-1"], town.structure["P-2"])
    pull_segment(town.session, town.region_id, (cable, "copper"), "S01", "HYA-50", ends, sheath_m=65)
    pairs = town.session.execute(text(
        "SELECT c.no, c.id FROM conductor c JOIN cable_segment s ON s.region_id = :r AND s.id = c.segment_id"
        " WHERE c.region_id = :r AND s.cable_id = :c"
    ), {"r": town.region_id, "c": cable}).all()  # fmt: skip
    joined = [(town.face("XC-1", f"P-{no + 10:03}", BACK), conductor_end(key, 0)) for no, key in pairs]
    join_ends(town.session, town.region_id, "termination", joined, town.equipment["XC-1"])
    breach = run_checks(town.session, town.region_id, ["O13"])
    assert [(one.subject, one.found) for one in breach] == [("XC-1", "100 feeder to 60 distribution pairs")]


def test_one_thing_without_card_where_its_kind_has_cards(use):
    run(use, "INSERT INTO equipment (region_id, code, model_id, structure_id) SELECT :r, 'BAT-' || n, model_id, structure_id"
             " FROM equipment, generate_series(3, 12) n WHERE region_id = :r AND code = 'BAT-1'")  # fmt: skip
    run(use, "UPDATE equipment SET asset_no = 'ZC-' || id WHERE region_id = :r AND code <> 'BAT-2'")
    breaches = run_checks(use.town.session, use.town.region_id, ["O18"])
    assert [(one.subject, one.found) for one in breaches] == [("BAT-2", "no asset card")]


def test_nothing_verified_for_a_year(use):
    assert found(use, "O21", today=date.today() + timedelta(days=300)) == set()
    assert ("O21", EAST) in found(use, "O21", today=LATER)
    run(use, "UPDATE equipment SET verified_at = now() + interval '400 days' WHERE region_id = :r AND id = :gj")
    assert ("O21", EAST) not in found(use, "O21", today=LATER)


def test_terms_count_from_the_day_given(use):
    run(use, BROKEN["O3"][0])
    assert found(use, "O3", today=date(2026, 1, 5)) == set()
    assert found(use, "O3", today=date(2026, 1, 6)) == {("O3", "LL-1")}
    run(use, BROKEN["O15"][0])
    assert found(use, "O15", today=date.today()) == set()


def test_one_strand_one_circuit_is_held_by_the_keys(use):
    with pytest.raises(IntegrityError, match="conductor_id"):
        run(use, "INSERT INTO circuit_carrier (region_id, circuit_id, path_no, seq, conductor_id) VALUES (:r, :trail, 1, 9, :strand)")


def test_messages_in_chinese(use):
    run(use, BROKEN["O1"][0])
    breaches = run_checks(use.town.session, use.town.region_id, ["O1"], books=BOOKS, language="zh")
    assert [one.message for one in breaches] == ["空闲资源承载电路"]


def test_every_check_that_looks_is_broken_once():
    named = {"K8", "K9", "O13", "O21", *BROKEN, *BROKEN_PLANT}
    assert named == {check.id for check in list_checks(BOOKS) if check.held_by == "check"}


def test_every_check_has_its_titles():
    checks = list_checks(BOOKS)
    assert len({check.id for check in checks}) == len(checks)
    assert all(check.title_zh and check.title_en and check.next_step and check.severity in ("error", "warning") for check in checks)
