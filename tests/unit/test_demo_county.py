"""The demo county's files: they tile, they cohere, they have their sizes, and the same seed gives the same bytes."""

import csv
import hashlib
import json
from collections import Counter, defaultdict

import pytest
import shapely

from scripts.demo_county.catalogue import expand, product_ports, products
from scripts.demo_county.geography import outline_ring
from scripts.demo_county.places import counties
from scripts.demo_county.survey_files import read_features, read_grounds, read_rows
from scripts.demo_county.truth import recount
from scripts.demo_county.writers import TABLES
from scripts.make_demo_county import make
from tests.county_files import Joints, states, strands, walk

SCALE = 0.02


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
