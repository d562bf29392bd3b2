"""The demo county's use: ports and numbers held once, lines true to the joints, rings that close, power to spare, homes in their places."""

import math
from collections import Counter, defaultdict

import numpy as np
import pytest
import shapely

from app.survey.datum import gcj02_to_wgs84
from scripts.demo_county.catalogue import expand
from scripts.demo_county.chains import read_plant, service_chain
from scripts.demo_county.survey_files import read_buildings, read_grounds, read_requests, read_rows
from scripts.make_demo_county import make
from tests.county_files import Joints, states, strands, walk

SCALE = 0.02
LIVE_SERVICE = ("active", "suspended")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The county at a fiftieth."""
    out = tmp_path_factory.mktemp("county")
    make(out, SCALE)
    return out


@pytest.fixture(scope="module")
def services(folder):
    return list(read_rows(folder, "service"))


def test_every_port_in_use_has_one_live_service_and_no_other_has_any(folder, services):
    plant = read_plant(folder)
    held = Counter((row["access_equipment"], row["access_port"]) for row in services if row["state"] in LIVE_SERVICE and row["access_port"])
    assert max(held.values()) == 1
    used = states(folder, "port_state", "equipment", "ports", expand)
    wanted = set()
    for (equipment, port), word in used.items():
        kind, role = plant.kinds[equipment], plant.roles[equipment, port]
        behind = plant.mates.get((equipment, port, plant._face(equipment, port)))
        is_last = kind in ("fibre_box", "dp", "lan_switch") or (kind == "splitter" and role == "split_out")
        if word == "in_use" and is_last and behind is None:
            wanted.add((equipment, port))
    assert set(held) == wanted
    assert {row["product"] for row in services} == {"ftth", "adsl", "pots", "lan", "leased_line"}


def test_lines_reach_the_office_over_one_two_or_no_splitters(folder, services):
    plant = read_plant(folder)
    models = {row["code"]: row["model"] for row in read_rows(folder, "equipment")}
    trees = {(row["a_equipment"], row["a_port"]) for row in read_rows(folder, "circuit") if row["kind"] == "pon_tree"}
    splits, heads = set(), set()
    for row in services:
        if row["state"] in LIVE_SERVICE and row["access_port"]:
            chain = service_chain(plant, row)
            ways = tuple(int(models[code].removeprefix("POS-1X")) for code in chain.splitters[::-1])
            assert len(ways) == (0 if row["product"] != "ftth" else len(ways)) and (not ways or math.prod(ways) <= 64)
            kind = {"ftth": "olt", "adsl": "dslam", "lan": "lan_switch"}.get(row["product"])
            assert plant.kinds[chain.head[0]] == kind or (row["product"] == "pots" and plant.kinds[chain.head[0]] in ("ag", "switch"))
            splits.add(ways)
            heads |= {chain.head} if row["product"] == "ftth" else set()
    assert {(8, 8), (4, 16), (64,), ()} <= splits
    assert heads == trees


def test_numbers_and_vlans_are_held_once(folder, services):
    blocks = [(int(row["code"]), int(row["number_count"])) for row in read_rows(folder, "number_block")]
    live = [row for row in services if row["state"] in LIVE_SERVICE]
    numbers = Counter(row["number"] for row in live if row["number"])
    assert max(numbers.values()) == 1
    assert all(any(first <= int(number) < first + count for first, count in blocks) for number in numbers)
    assert {row["number"] for row in read_rows(folder, "line_record")} == set(numbers)
    vlans = Counter((row["gateway"], row["s_vlan"], row["c_vlan"]) for row in live if row["gateway"])
    assert max(vlans.values()) == 1
    given = [row for row in read_rows(folder, "vlan") if row["use"] == "in_use"]
    assert set(vlans) == {(row["gateway"], row["s_vlan"], str(tag)) for row in given for tag in strands(row["c_vlans"])}
    assert all(bool(row["number"]) == (row["product"] in ("pots", "adsl")) for row in live)
    assert all(bool(row["gateway"]) == (row["product"] in ("ftth", "adsl", "lan")) for row in live)


def test_line_records_are_true_to_the_joints(folder, services):
    plant = read_plant(folder)
    chains = {row["number"]: service_chain(plant, row) for row in services if row["number"] and row["access_port"]}
    for row in read_rows(folder, "line_record"):
        chain = chains[row["number"]]
        assert all(row.values())
        assert chain.head == (row["line_equipment"], row["line_port"]) and chain.members[0] == (row["dp"], row["dp_port"])
        told = {
            (row["mdf"], row["mdf_port"]), (row["feeder_segment"], int(row["feeder_pair"])),
            (row["distribution_segment"], int(row["distribution_pair"])),
        }
        assert told <= set(chain.members) and row["cabinet"] in {owner for owner, _ in chain.members}


def test_rings_close_and_protected_trails_go_two_ways(folder):
    circuits = {row["code"]: row for row in read_rows(folder, "circuit")}
    rings = defaultdict(list)
    for row in read_rows(folder, "ring_member"):
        rings[row["ring"]].append((int(row["seq"]), circuits[row["circuit"]]))
    assert len(rings) == 2
    for members in rings.values():
        ends = [{row["a_equipment"], row["z_equipment"]} for _, row in sorted(members, key=lambda one: one[0])]
        assert all(one & two for one, two in zip(ends, [*ends[1:], ends[0]], strict=True))
        assert set(Counter(code for pair in ends for code in pair).values()) == {2}
    paths = defaultdict(lambda: defaultdict(list))
    channels = Counter()
    for row in read_rows(folder, "circuit_carrier"):
        if row["lower_circuit"]:
            paths[row["circuit"]][row["path_no"]].append(row["lower_circuit"])
            channels[row["lower_circuit"], row["channel_no"]] += 1
            assert int(row["channel_no"]) <= int(circuits[row["lower_circuit"]]["channel_count"])
    assert max(channels.values()) == 1
    protected = [code for code in paths if circuits[code]["protection"] == "ring"]
    assert protected and all(not set(paths[code]["1"]) & set(paths[code]["2"]) for code in protected)
    for code, own in paths.items():
        for way in own.values() if circuits[code]["kind"] == "trail" else ():
            at = circuits[code]["a_equipment"]
            for section in way:
                ends = [circuits[section]["a_equipment"], circuits[section]["z_equipment"]]
                at = ends[1 - ends.index(at)]
            assert at == circuits[code]["z_equipment"]


def test_explicit_carriers_are_joined_from_port_to_port(folder):
    joints = Joints(folder)
    circuits = {row["code"]: row for row in read_rows(folder, "circuit")}
    carriers, trees = defaultdict(list), {}
    for row in read_rows(folder, "circuit_carrier"):
        if circuits[row["circuit"]]["kind"] not in ("section", "uplink"):
            continue
        if row["lower_circuit"]:
            trees[row["circuit"]] = circuits[row["lower_circuit"]]
        else:
            carriers[row["circuit"]].append((row["segment"], int(row["strand"])) if row["segment"] else (row["equipment"], row["port"]))
    assert {circuits[code]["kind"] for code in carriers} == {"section", "uplink"}
    plant = read_plant(folder)
    switches = {code for code, kind in plant.kinds.items() if kind == "lan_switch"}
    assert switches == {circuits[code]["a_equipment"] for code in carriers} & switches and 1 < len(trees) < len(switches)
    for code, tree in trees.items():
        row, own = circuits[code], carriers[code]
        way, _ = plant.onward(row["a_equipment"], row["a_port"])
        # Its own part leads to an output of a splitter, and the tree from there to the office port.
        assert list(way.members[: len(own)]) == own and own[-1][1].startswith("OUT-") and len(way.splitters) == 1
        assert way.head == (row["z_equipment"], row["z_port"]) == (tree["a_equipment"], tree["a_port"])
    for code, own in carriers.items():
        row = circuits[code]
        if code in trees:
            continue
        assert own[0] == (row["a_equipment"], row["a_port"]) and own[-1] == (row["z_equipment"], row["z_port"])
        walked = walk(joints.mates, set(joints.segments), (*own[0], "plain"))
        assert [end[:2] for end in walked] == own[1:], code


def test_offices_have_feeds_and_a_module_to_spare(folder):
    feeds = list(read_rows(folder, "power_feed"))
    sides = defaultdict(set)
    sources = defaultdict(set)
    for row in feeds:
        load = row["load_rack"] or row["load_equipment"]
        sides[load].add(row["side"])
        sources[load].add(row["source"])
    racks = [f"{row['room']}/{row['code']}" for row in read_rows(folder, "rack")]
    assert all(sides[rack] == {"A", "B"} and len(sources[rack]) == 2 for rack in racks)
    ratings = {row["equipment"]: row for row in read_rows(folder, "power_rating")}
    newest = {row["equipment"]: row for row in read_rows(folder, "power_reading") if row["read_on"] == "2025-12-31"}
    months = Counter(row["equipment"] for row in read_rows(folder, "power_reading"))
    assert max(months.values()) == 24 and min(months.values()) >= 18 and sum(months.values()) < 24 * len(months)
    for code, row in ratings.items():
        if "/REC" in code:
            charge = sum(float(own["capacity_ah"]) for name, own in ratings.items() if name.startswith(code.replace("REC01", "BAT")))
            assert (int(row["module_count"]) - 1) * float(row["module_a"]) >= float(newest[code]["load_a"]) + 0.1 * charge
    for code in ratings:
        if code.endswith("/MAINS01"):
            site = code.removesuffix("MAINS01")
            panels = sum(float(newest[f"{site}ACP0{number}"]["energy_kwh"]) for number in (1, 2))
            assert 1.0 < float(newest[code]["energy_kwh"]) / panels < 1.05


def test_homes_stand_in_their_communities_and_are_served_from_near(folder, services):
    rows, spots = read_buildings(folder)
    grounds = read_grounds(folder)
    served = {row["code"]: row["community"] for row in rows}
    inside = [shapely.contains_xy(grounds.polygon[row["community"]], *spot) for row, spot in zip(rows, spots, strict=True)]
    assert all(inside) and len(served) == len(rows) == pytest.approx(60_000 * SCALE, rel=0.02)
    addresses = {f"{row['building']}/{row['code']}": int(row["household_count"]) for row in read_rows(folder, "address")}
    assert sum(addresses.values()) == pytest.approx(250_000 * SCALE, rel=0.02)
    serving = list(read_rows(folder, "serving"))
    assert all(float(row["distance_m"]) <= 700 for row in serving)
    technology = {"ftth": "pon", "adsl": "adsl", "pots": "pots", "lan": "lan"}
    had = {(row["address"], row["technology"]) for row in serving}
    taken = Counter(row["address"] for row in services if row["state"] in LIVE_SERVICE and row["product"] in technology)
    assert all(count <= addresses[address] for address, count in taken.items())
    assert all((row["address"], technology[row["product"]]) in had for row in services if row["access_port"])


def test_use_has_its_sizes(folder, services):
    assert len(services) == pytest.approx(60_000 * SCALE, rel=0.15)
    customers = list(read_rows(folder, "customer"))
    assert {row["segment"] for row in customers} == {"public", "business", "large"}
    assert all("演示" in row["name"] and row["phone"].startswith("1000") for row in customers)
    assert {row["customer"] for row in services} <= {row["code"] for row in customers}
    ended = [row for row in services if row["state"] == "terminated"]
    assert ended and all("2024-01-01" <= row["ended_on"] <= "2025-12-31" and row["end_reason"] and not row["access_port"] for row in ended)
    assert all(row["started_on"] <= row["ended_on"] for row in ended)
    requests = read_requests(folder)
    grounds = read_grounds(folder)
    back = gcj02_to_wgs84(np.array([place for _, place in requests]))
    assert all(
        shapely.contains_xy(grounds.polygon[row["community"]], *spot) for (row, _), spot in zip(requests, back, strict=True)
    )
