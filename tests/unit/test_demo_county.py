"""The demo county's files: they tile, they cohere, they have their sizes, and the same seed gives the same bytes."""

import csv
import hashlib
import json
import math
from collections import Counter, defaultdict

import numpy as np
import pytest
import shapely

from app.survey.datum import gcj02_to_wgs84
from scripts.demo_county.catalogue import expand, product_ports, products
from scripts.demo_county.chains import read_plant, service_chain
from scripts.demo_county.geography import outline_ring
from scripts.demo_county.places import counties
from scripts.demo_county.survey_files import read_buildings, read_features, read_grounds, read_requests, read_rows
from scripts.demo_county.truth import recount
from scripts.demo_county.writers import TABLES
from scripts.make_demo_county import make

SCALE = 0.02
LIVE = ("in_use", "releasing")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The county at a fiftieth."""
    out = tmp_path_factory.mktemp("county")
    make(out, SCALE)
    return out


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """The same with faults."""
    out = tmp_path_factory.mktemp("faulty")
    make(out, SCALE, faults=True)
    return out


@pytest.fixture(scope="module")
def counts(folder):
    return recount(folder)


def digests(folder) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def strands(text: str) -> list[int]:
    found = []
    for part in text.split(","):
        low, _, high = part.partition("-")
        found += range(int(low), int(high or low) + 1)
    return found


class Joints:
    """End -> its mate. An end is (segment, number, side a or z) or (equipment, port, face)."""

    def __init__(self, folder) -> None:
        self.mates: dict[tuple, tuple] = {}
        self.segments = {f"{row['cable']}/{row['code']}": row for row in read_rows(folder, "segment")}
        equipment = list(read_rows(folder, "equipment"))
        self.places = {row["code"]: structure(folder, row) for row in equipment}
        self.roles = {row["code"]: {port.no: port.role for port in product_ports().get(row["model"], ())} for row in equipment}
        for row in read_rows(folder, "splice"):
            self.join(*(self.strands(row[f"{end}_segment"], row[f"{end}_strands"], row["closure"]) for end in ("from", "to")))
        for row in read_rows(folder, "termination"):
            backs = [(row["panel"], port, "back") for port in expand(row["ports"])]
            self.join(backs, self.strands(row["segment"], row["strands"], row["panel"]))
        for row in read_rows(folder, "patch"):
            self.join(*(self.fronts(row[f"{end}_equipment"], row[f"{end}_ports"]) for end in ("from", "to")))

    def strands(self, segment: str, numbers: str, equipment: str) -> list[tuple]:
        """The ends of the segment's strands at the equipment."""
        place = self.places[equipment]
        sides = [side for side in "az" if self.segments[segment][f"{side}_structure"] == place]
        assert len(sides) == 1, (segment, place)
        return [(segment, number, sides[0]) for number in strands(numbers)]

    def fronts(self, equipment: str, ports: str) -> list[tuple]:
        return [(equipment, port, self.roles[equipment].get(port, "plain")) for port in expand(ports)]

    def join(self, ones: list[tuple], twos: list[tuple]) -> None:
        for one, two in zip(ones, twos, strict=True):
            assert one not in self.mates and two not in self.mates, f"{one} or {two} is joined twice"
            self.mates[one], self.mates[two] = two, one


def structure(folder, row: dict) -> str:
    if row["structure"]:
        return row["structure"]
    site = row["rack"].split("/")[0]
    return next(own["structure"] for own in read_rows(folder, "site") if own["code"] == site)


def walk(mates: dict, segments: set, end: tuple) -> list[tuple]:
    """Ends met from ``end`` outwards, through cables, panels and splitters, until nothing follows."""
    met = []
    while end in mates:
        there = mates[end]
        met.append(there)
        owner, number, face = there
        if owner in segments:
            end = (owner, number, "z" if face == "a" else "a")
        elif face in ("panel", "back"):
            end = (owner, number, "back" if face == "panel" else "panel")
        elif face == "split_out":
            end = (owner, "IN-1", "split_in")
        else:
            break
    return met


def states(folder, layer: str, owner: str, field: str, read) -> dict[tuple, str]:
    return {(row[owner], member): row["use"] for row in read_rows(folder, layer) for member in read(row[field]) if row["use"] in LIVE}


def test_same_seed_gives_same_bytes(folder, tmp_path):
    make(tmp_path / "again", SCALE)
    make(tmp_path / "other", SCALE, seed=2)
    assert digests(tmp_path / "again") == digests(folder)
    assert digests(tmp_path / "other")["cable_runs.csv"] != digests(folder)["cable_runs.csv"]


def test_levels_tile_exactly(folder):
    rows, shapes = read_features(folder / "grids.gpkg", "grid")
    children = defaultdict(list)
    polygon = {row["code"]: shape for row, shape in zip(rows, shapes, strict=True)}
    for row in rows:
        children[row["parent"]].append(polygon[row["code"]])
    assert [row["level"] for row in rows].count("town") == 16
    for parent, parts in children.items():
        assert shapely.coverage_is_valid(parts)
        if parent:
            assert shapely.coverage_union_all(parts).symmetric_difference(polygon[parent]).area == 0


def test_neighbouring_counties_share_their_borders():
    rings = [shapely.Polygon([(x / 1e7, y / 1e7) for x, y in outline_ring(county.cell)]) for county in counties(12)]
    assert shapely.coverage_is_valid(rings)
    assert shapely.coverage_union_all(rings).geom_type == "Polygon"
    codes = [town.code for county in counties(12) for town in county.towns]
    assert len(set(codes)) == len(codes) == 12 * 16


def test_sizes_follow_the_scale(folder, counts):
    sizes = Counter(row["kind"] for row in read_features(folder / "structures.gpkg", "structure")[0])
    # Cables between offices and the ports of transmission and data come on top where the county is small.
    between = {row["code"] for row in read_rows(folder, "cable") if row["name_zh"] == "中继光缆"}
    segments = [row for row in read_rows(folder, "segment") if row["cable"] not in between]
    fibre = sum(int(row["conductor_count"]) for row in segments if row["model"].startswith("GYTA"))

    def whole(kind: str) -> int:
        return sum(own.installed + own.planned for (grid, what, _), own in counts.items() if grid == "421022" and what == kind)

    found = (sizes["manhole"], sizes["pole"], len(segments), fibre, whole("pair"), line_ports(folder))
    wanted = [count * SCALE for count in (8_000, 30_000, 12_000, 300_000, 150_000, 80_000)]
    assert found == pytest.approx(wanted, rel=0.05)


def line_ports(folder) -> int:
    """Ports of line and uplink cards, and of LAN switches."""
    models = {row["code"]: row["model"] for row in read_rows(folder, "equipment")}
    access = ("olt", "dslam", "ag", "switch")
    cards = [row["model"] for row in read_rows(folder, "card") if products()[models[row["equipment"]]].kind in access]
    switches = [model for model in models.values() if products()[model].kind == "lan_switch"]
    return sum(len(product_ports()[model]) for model in cards + switches)


def test_every_strand_in_use_leads_from_an_olt_to_a_box_or_between_offices(folder):
    joints = Joints(folder)
    mates, segments = joints.mates, set(joints.segments)
    fibre = {row["code"] for row in read_rows(folder, "cable") if row["medium"] == "fibre"}
    kinds = {row["code"]: products()[row["model"]].kind for row in read_rows(folder, "equipment")}
    used = states(folder, "conductor_state", "segment", "strands", strands)
    assert used
    for segment, number in used:
        ends = [walk(mates, segments, (segment, number, side)) for side in "az"]
        reached = [end for way in ends for end in way]
        met = {kinds.get(end[0]) for end in reached}
        is_fibre = segment.rpartition("/")[0] in fibre
        if met & {"sdh", "router"}:
            assert sorted(kinds[way[-1][0]] for way in ends) in (["sdh", "sdh"], ["bras", "router"])
            continue
        # The main frame's jumper of a line that was given up is gone.
        heads = {"olt"} if is_fibre else {"mdf"} if used[segment, number] == "releasing" else {"dslam", "ag", "switch"}
        assert met & heads, f"{segment}:{number} reaches no office port"
        # Towards the customer a feeder strand ends at a splitter's input, whose outputs lead on.
        assert met & ({"fibre_box", "splitter"} if is_fibre else {"dp"}), f"{segment}:{number} reaches no box"
        assert all((end[0], end[1]) in used for end in reached if end[0] in segments), f"{segment}:{number} meets an idle strand"


def test_what_is_patched_is_in_use_and_what_is_in_use_is_whole(folder):
    told = states(folder, "port_state", "equipment", "ports", expand)
    for row in read_rows(folder, "patch"):
        for which in ("from", "to"):
            for port in expand(row[f"{which}_ports"]):
                assert (row[f"{which}_equipment"], port) in told
    lives = {f"{row['cable']}/{row['code']}": row["life"] for row in read_rows(folder, "segment")}
    for segment, _ in states(folder, "conductor_state", "segment", "strands", strands):
        assert lives[segment] == "in_service"


def test_runs_are_unbroken_and_no_sheath_is_too_short(folder):
    rows, _ = read_features(folder / "structures.gpkg", "section")
    sections = {row["code"]: row for row in rows}
    runs = defaultdict(list)
    for row in read_rows(folder, "cable_run"):
        runs[row["segment"]].append((int(row["seq"]), row["section"]))
    for row in read_rows(folder, "segment"):
        at, route = row["a_structure"], 0.0
        for _, code in sorted(runs[f"{row['cable']}/{row['code']}"]):
            ends = (sections[code]["a_structure"], sections[code]["z_structure"])
            assert at in ends
            at = ends[1 - ends.index(at)]
            route += float(sections[code]["length_m"])
        assert at == row["z_structure"]
        assert route <= float(row["sheath_m"]) <= 1.2 * route + 5


def test_one_cable_in_a_subduct_and_no_cable_beside_subducts(folder):
    tubed = {(row["section"], row["parent_no"]) for row in read_rows(folder, "duct") if row["parent_no"]}
    holes = {(row["section"], row["parent_no"], str(no)) for row in read_rows(folder, "duct") for no in strands(row["nos"])}
    taken = Counter()
    for row in read_rows(folder, "cable_run"):
        if row["duct_no"]:
            place = (row["section"], row["duct_no"], row["subduct_no"])
            taken[place] += 1
            assert (place if row["subduct_no"] else (row["section"], "", row["duct_no"])) in holes
            assert bool(row["subduct_no"]) == ((row["section"], row["duct_no"]) in tubed)
    assert max(taken.values()) == 1


def test_codes_are_unique_and_racks_hold_what_stands_in_them(folder):
    for layer in ("equipment", "cable"):
        codes = [row["code"] for row in read_rows(folder, layer)]
        assert len(set(codes)) == len(codes)
    power, units = Counter(), Counter()
    cards = defaultdict(float)
    for row in read_rows(folder, "card"):
        cards[row["equipment"]] += products()[row["model"]].power_w
    for row in read_rows(folder, "equipment"):
        if row["rack"]:
            product = products()[row["model"]]
            power[row["rack"]] += product.power_w + cards[row["code"]]
            units.update((row["rack"], int(row["start_u"]) + step) for step in range(product.height_u))
    assert max(units.values()) == 1 and max(unit for _, unit in units) <= 42
    limits = {f"{row['room']}/{row['code']}": float(row["power_kw"]) for row in read_rows(folder, "rack")}
    assert all(power[rack] <= 1000 * limit for rack, limit in limits.items())


def test_every_structure_stands_in_its_community_and_none_on_another(folder):
    rows, points = read_features(folder / "structures.gpkg", "structure")
    grounds = read_grounds(folder)
    assert {row["code"]: row["community"] for row in rows} == grounds.community
    left, right = shapely.STRtree(points).query(points, predicate="dwithin", distance=2.0)
    assert len(left) == len(right) == len(rows)


def test_recount_adds_up_and_is_never_over_full(counts):
    for (grid, kind, technology), own in counts.items():
        assert own.idle >= 0
        if len(grid) == 9:
            same = {code: other for (code, *rest), other in counts.items() if rest == [kind, technology] and len(code) == 12}
            parts = [other for code, other in same.items() if code.startswith(grid)]
            assert sum(part.installed for part in parts) == own.installed
            assert sum(part.in_use for part in parts) == own.in_use


def test_faults_are_in_the_rows_that_the_list_names(faulty):
    faults = json.loads((faulty / "faults.json").read_text(encoding="utf-8"))
    rules = {fault["rule"] for fault in faults}
    assert {"K6", "K12", "O19", "B6", "D1", "K18", "K2", "I8", "PARENT_MISSING", "MODEL_MISSING", "I1_CONTRADICTED", "VALUE_DATE"} <= rules
    assert {"K8", "K9", "K10", "K11", "K13", "K14", "K15", "O2", "O3", "O4", "O6", "O7", "O10", "O11", "O14", "O16", "O18"} <= rules
    encodings = dict(TABLES.values())
    for fault in faults:
        if fault["file"].endswith(".csv"):
            with (faulty / fault["file"]).open(encoding=encodings[fault["file"]], newline="") as file:
                row = list(csv.reader(file))[fault["row"] - 1]
            assert fault["subject"] in (row[0], f"{row[0]}/{row[1]}"), fault


LIVE_SERVICE = ("active", "suspended")


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
        for way in own.values():
            at = circuits[code]["a_equipment"]
            for section in way:
                ends = [circuits[section]["a_equipment"], circuits[section]["z_equipment"]]
                at = ends[1 - ends.index(at)]
            assert at == circuits[code]["z_equipment"]


def test_explicit_carriers_are_joined_from_port_to_port(folder):
    joints = Joints(folder)
    circuits = {row["code"]: row for row in read_rows(folder, "circuit")}
    carriers = defaultdict(list)
    for row in read_rows(folder, "circuit_carrier"):
        if circuits[row["circuit"]]["kind"] in ("section", "uplink"):
            carriers[row["circuit"]].append((row["segment"], int(row["strand"])) if row["segment"] else (row["equipment"], row["port"]))
    assert {circuits[code]["kind"] for code in carriers} == {"section", "uplink"}
    for code, own in carriers.items():
        row = circuits[code]
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
