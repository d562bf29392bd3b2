"""Q1 to Q27 on the small demo county, each held against a recount of the county's files in plain Python."""

import json
import random
from datetime import date
from math import ceil, inf

import networkx
import pytest
import shapely
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.core.errors import InputError, NotFoundError, RequestError
from app.engineering.power import battery_hours
from app.engineering.traffic import blocking_ratio
from app.planning.needs import RULES
from app.planning.price_book import price, price_book
from app.reports.questions.asking import ask
from app.reports.questions.registry import find_question, questions
from app.reports.questions.tables import columns, tell_answer
from scripts.benchmarks.proof import walked
from scripts.demo_county.chains import service_chain
from scripts.demo_county.days import DATA_DAY
from scripts.demo_county.failures import BATTERY_C
from tests.question_truth import Truth
from tests.small_county import copy_county

pytestmark = pytest.mark.functional
REGION = 421000
TOWN, COMMUNITY = "421022101", "421022101001"
KINDS = {"ftth": ("splitter_output", ""), "pots": ("terminal", "dp"), "adsl": ("terminal", "dp"), "lan": ("port", "lan")}
# Statements of each question on any network; those that look at a graph read it first, and then no more.
STATEMENTS = {"Q1": 4, "Q2": 3, "Q4": 4, "Q5": 9, "Q6": 3, "Q11": 3, "Q12": 1, "Q13": 0, "Q14": 0, "Q15": 4, "Q16": 4, "Q18": 4, "Q19": 3,
              "Q20": 1, "Q21": 2, "Q22": 1, "Q23": 2, "Q24": 1, "Q27": 2}  # fmt: skip


@pytest.fixture(scope="module")
def engine_of(plain_database, tmp_path_factory):
    """The small county, imported, and the folder of its files."""
    with copy_county(plain_database, tmp_path_factory, "asked") as copied:
        yield copied.engine, Truth(copied.folder)


@pytest.fixture(scope="module")
def truth(engine_of):
    return engine_of[1]


@pytest.fixture
def answer(engine_of):
    """A function that asks, and holds the statements to their number."""
    sent = []

    def record(*_):
        sent.append(1)

    event.listen(engine_of[0], "before_cursor_execute", record)

    def put(name: str, language: str = "en", **inputs):
        sent.clear()
        with Session(engine_of[0]) as session:
            values, found = ask(session, REGION, find_question(name), {key: str(value) for key, value in inputs.items()}, language)
        assert len(sent) <= STATEMENTS.get(name, 25), (name, len(sent))
        for table in found.tables:
            assert all(len(row) == len(table.columns) for row in table.rows) and len(table.things) in (0, len(table.rows))
            assert set(table.columns) <= set(columns()) and set(table.chart) <= set(table.columns)
        for told in (tell_answer(find_question(name), values, found, language), tell_answer(find_question(name), values, found, "zh")):
            json.dumps(told)
        return found

    yield put
    event.remove(engine_of[0], "before_cursor_execute", record)


def rows(found, place: int = 0) -> list[dict]:
    """The rows of a table by column."""
    table = found.tables[place]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_q1_and_q2_waiting_customers(truth, answer):
    near, far = {}, {}
    for row in truth.waiting:
        spots = truth.idle_spots(*KINDS[row["product"]])
        away, code = truth.nearest(row["at"], spots)
        (near if away <= 500 else far)[row["code"]] = (away, code)
    found = answer("Q1")
    assert {row["code"]: pytest.approx(row["metres"], abs=0.5) for row in rows(found, 1)} == {
        code: away for code, (away, _) in near.items()
    }
    assert near and far
    grids = {truth.grounds.community[truth.places[code]] for _, code in near.values()}
    assert {row["grid_code"] for row in rows(found)} == grids
    for row in rows(found):
        idle = sum(
            n
            for code, n in truth.idle_spots(*KINDS[row["product"]]).items()
            if truth.grounds.community[truth.places[code]] == row["grid_code"]
        )
        home = truth.counts.get((row["grid_code"], "home", ""))
        assert (row["idle"], row["homes"], row["connected"]) == (idle, *((home.installed, home.in_use) if home else (None, None)))
    told = rows(answer("Q2"))
    assert {row["code"]: pytest.approx(row["metres"], abs=2) for row in told} == {code: away for code, (away, _) in far.items()}


def test_q3_a_line_that_the_files_lead_to_an_office(truth, answer):
    taken = {row["address"] for row in truth.live}
    free = sorted(f"{row['building']}/{row['code']}" for row in truth.rows("address"))
    served = {row["address"] for row in truth.rows("serving") if row["technology"] == "pon"}
    asked = random.Random(3).sample([code for code in free if code in served and code not in taken], 5)  # noqa: S311
    verdicts = []
    for code in asked:
        found = answer("Q3", address=code)
        best, hops = rows(found)[0], rows(found, 1)
        verdicts.append(best["verdict"])
        if best["verdict"] == "yes":
            assert truth.head_of([hop["code"] for hop in hops]) == best["head"]
    assert "yes" in verdicts


def test_q4_access_points_by_the_ground(truth, answer):
    spots, graph = truth.idle_spots("splitter_output", ""), truth.graph
    start = sorted(truth.places[code] for code in spots if truth.grounds.community[truth.places[code]] == COMMUNITY)[0]
    lon, lat = truth.grounds.place[start]
    far = networkx.single_source_dijkstra_path_length(graph, start, weight="metres")
    wanted = sorted((round(far[truth.places[code]], 1), code) for code in spots if far.get(truth.places[code], inf) <= 3000)[:5]
    found = rows(answer("Q4", point=f"{lon:.9f},{lat:.9f}", max_m=3000))
    assert [round(row["metres"], 0) for row in found] == [pytest.approx(away, abs=1) for away, _ in wanted] and len(wanted) == 5
    assert {row["code"]: row["idle"] for row in found} == {code: spots[code] for _, code in wanted}


def test_q5_what_runs_out(truth, answer):
    found = answer("Q5", level="town", grid=TOWN, resource="port")
    (row,) = (one for one in rows(found) if one["technology"] == "pots")
    inside = [one for one in truth.county.plant.services if one["product"] == "pots" and truth.grid_of(one).startswith(TOWN)]
    counts = truth.counts[TOWN, "port", "pots"]
    live = sum(one["state"] in ("active", "suspended") for one in inside)
    way, lines = truth.pace(inside)
    pace = lines * counts.in_use / live
    assert row["taken_from"] == way
    usable, used = counts.installed - counts.unusable, counts.in_use + counts.reserved + counts.releasing
    assert (row["usable"], row["used"], row["growth"]) == (usable, used, pytest.approx(pace))
    months = (usable - used) / pace
    assert abs((row["due_on"] - date(2025, 12, 31)).days - months * 30.4375) <= 1
    (bound,) = (one for one in rows(found, 1) if one["product"] == "pots")
    assert bound["lines_possible"] <= bound["free_at_end"] and bound["lines_possible"] <= usable - used
    owners = rows(found, 2)
    assert sum(one["used"] for one in owners if one["technology"] == "pots") == used
    tested = rows(found, 3)
    assert tested and all(one["forecast_error"] >= 0 and one["months"] == 6 for one in tested)


def test_q6_little_used(truth, answer):
    wanted = {}
    for (code, kind, technology), states in truth.members.items():
        since = truth.equipment[code]["in_service_on"]
        if kind and since and since <= "2024-12-31" and states.count("in_use") <= 0.3 * len(states):
            if (truth.equipment[code]["life"] or "in_service") == "in_service":
                wanted[code, kind, technology] = (len(states), states.count("in_use"))
    found = answer("Q6", on_day=DATA_DAY)
    assert {(row["code"], row["resource"], row["technology"]): (row["installed"], row["in_use"]) for row in rows(found)} == wanted
    value = sum(int(truth.equipment[code]["asset_value_fen"] or 0) for code in {key[0] for key in wanted})
    assert found.notes[0][1]["wan"] == f"{value / 1_000_000:.2f}"


def test_q7_and_q8_ways(truth, answer):
    offices = sorted({truth.places[code] for code, kind in truth.county.plant.kinds.items() if kind == "olt"})
    cabinets = sorted({truth.places[code] for code, kind in truth.county.plant.kinds.items() if kind == "fibre_cabinet"})
    graph, rng = truth.graph, random.Random(5)  # noqa: S311
    pairs = [(one, two) for one in offices for two in cabinets if one != two and networkx.has_path(graph, one, two)]
    for one, two in rng.sample(pairs, 4):
        found = answer("Q7", start=one, end=two)
        (way,), legs = rows(found), rows(found, 1)
        fen = {"pull": 800, "hang": 600, "duct": 13750 + 800}
        assert (
            way["price"]
            == sum(leg["price"] for leg in legs)
            == pytest.approx(sum(fen[leg["work"]] * leg["metres"] for leg in legs), abs=len(legs))
        )
        walk = [graph[leg["start"]][leg["end"]]["code"] for leg in legs]
        assert walk == [leg["section"] for leg in legs] and (legs[0]["start"], legs[-1]["end"]) == (one, two)
        assert way["metres"] >= networkx.dijkstra_path_length(graph, one, two, weight="metres") - 1
        apart = answer("Q8", start=one, end=two)
        sections = [set() for _ in rows(apart)]
        for leg in rows(apart, 1):
            sections[leg["way_no"] - 1].add(leg["section"])
        if networkx.edge_connectivity(graph, one, two) > 1:
            assert len(sections) == 2 and not sections[0] & sections[1]
        else:
            cut = rows(apart, 2)[0]["code"]
            graph_less = networkx.Graph((a, b) for a, b, code in graph.edges(data="code") if code != cut)
            assert len(sections) == 1 and not (one in graph_less and two in graph_less and networkx.has_path(graph_less, one, two))


def test_q9_and_q10_who_fails(truth, answer):
    worst = rows(answer("Q10", count=5))
    assert [row["services"] for row in worst] == sorted((row["services"] for row in worst), reverse=True)
    for row in worst:
        kind = {"power": "equipment"}.get(row["kind"], row["kind"])
        if kind in ("structure", "section", "segment", "equipment"):
            found = answer("Q9", codes=row["code"], hours=240)
            told = {state: {one["code"] for one in rows(found, 1) if one["hit"] == state} for state in ("down", "later", "weakened")}
            assert told == {state: set(codes) for state, codes in walked(truth.county, [(kind, row["code"])], 240).items()}
            fallen = len(told["down"]) + len(told["later"])
            assert fallen >= row["services"] > 0 and (kind not in ("section", "segment") or fallen == row["services"])
    assert any(row["kind"] in ("structure", "section", "segment", "equipment") for row in worst)


def test_q11_and_q17_what_is_missing(truth, answer):
    found = answer("Q11", grid=COMMUNITY, lines=3000)
    told = {row["resource"]: row for row in rows(found)}
    counts = truth.counts
    for name, grid, kind, needed in (("splitter_output", COMMUNITY, "", 3000), ("vlan", "421022", "", 3000), ("pon_split", TOWN, "", 3000)):
        idle = counts[grid, name, kind].idle
        assert (told[name]["needed"], told[name]["idle"], told[name]["missing"]) == (needed, idle, max(0, needed - idle))
    pieces = ceil(told["splitter_output"]["missing"] / 8)
    assert (told["splitter_output"]["pieces"], told["splitter_output"]["cost"]) == (pieces, pieces * 35000)
    assert told["strand"]["needed"] == pieces and told["strand"]["idle"] == counts[COMMUNITY, "strand", ""].idle
    assert told["port"]["needed"] == ceil(told["pon_split"]["missing"] / 64)
    assert {rule.item for rule in RULES if rule.item} <= set(price_book())
    with pytest.raises(InputError):
        answer("Q11", grid=TOWN, lines=5)
    middle = truth.spots[sorted(code for code, grid in truth.communities.items() if grid == COMMUNITY)[0]]
    estate = answer("Q17", point=f"{middle[0]},{middle[1]}", units=333, take_percent=50, ready_on="2026-06-30")
    (row,) = rows(estate)
    assert (row["grid_code"], row["lines"]) == (COMMUNITY, 167)
    bought = sum(one["cost"] or 0 for one in rows(estate, 1))
    feeder = sum(one["price"] for one in rows(estate, 2)) + round(row["new_m"] * price("duct").fen_per_m)
    assert row["cost"] == bought + feeder + 167 * price("drop").fen_each
    assert (date(2026, 6, 30) - row["order_by"]).days == row["days"]


def test_q12_and_q24_offices(truth, answer):
    offices = {row["code"]: truth.places[row["equipment"]] for row in truth.rows("switch_office")}
    sites = {row["structure"]: row["code"] for row in truth.rows("site")}
    wanted: dict[str, list[int]] = {}
    for (code, kind, technology), states in truth.members.items():
        place = {("terminal", "mdf"): 0, ("port", "pots"): 1}.get((kind, technology))
        if place is not None:
            wanted.setdefault(sites[truth.places[code]], [0, 0, 0])[place] += states.count("idle")
    taken = {digits for state in truth.rows("number_state") if state["use"] != "idle" for digits in _digits(state)}
    taken |= {int(row["number"]) for row in truth.live if row["number"]}
    blocks = {}
    for row in truth.rows("number_block"):
        first, count = int(row["code"]), int(row["number_count"])
        blocks[row["code"]] = sum(digits not in taken for digits in range(first, first + count))
        wanted.setdefault(sites[offices[row["office"]]], [0, 0, 0])[2] += blocks[row["code"]]
    told = rows(answer("Q12"))
    assert {row["code"]: [row["idle_pairs"], row["idle_ports"], row["idle_numbers"]] for row in told} == wanted
    assert all(row["pairs_over"] - row["ports_over_pairs"] == row["idle_pairs"] - row["idle_ports"] for row in told)
    assert {row["code"]: row["idle_numbers"] for row in rows(answer("Q24"), 1)} == blocks


def _digits(state: dict) -> range:
    first, _, last = state["digits"].partition("-")
    return range(int(first), int(last or first) + 1)


def test_q13_and_q14_the_seed_plan(answer):
    """C17 by hand: 1554.37 holds ADSL, LAN and lines beside the committed 867.7; 80 % are 1243.50, of which 375.80 must be added."""
    found = answer("Q13")
    sets = rows(found, 1)
    assert sets[0]["codes"] == "switch village phs duct adsl lan lines" and (sets[0]["spent"], sets[0]["left"]) == (
        1_474_700_000,
        79_670_000,
    )
    assert sets[1]["worth"] == sets[0]["worth"] == 17004
    assert [row["difference"] for row in rows(found, 3)] == [400_000]
    assert rows(answer("Q13", budget_wan=530), 1)[0]["codes"] == "lan lines"
    assert rows(answer("Q13", budget_wan="686.6"), 1)[0]["codes"] == "adsl lan lines"
    done = answer("Q14")
    assert done.notes[0][1]["wanted"] == "1243.50" and done.notes[0][1]["rest"] == "375.80"
    # Left out: ADSL, LAN and fibre, 309.0 of the 311.2 that may wait; no other set of the five comes nearer.
    assert [row["code"] for row in rows(done)] == ["switch", "village", "phs", "duct", "misc", "lines"]
    assert rows(done)[-1]["cost_so_far"] == 1_245_700_000


def test_q15_revenue_for_investment(truth, answer):
    fen = {"pots": 2500, "adsl": 6000, "vdsl": 8000, "lan": 7000, "ftth": 9000, "leased_line": 200000}
    revenue = sum(12 * fen[row["product"]] for row in truth.live if truth.grid_of(row).startswith(TOWN))
    held = [row for code, row in truth.equipment.items() if truth.grounds.community.get(truth.places[code], "").startswith(TOWN)]
    invested = sum(int(row["asset_value_fen"]) for row in held if row["asset_value_fen"] and row["in_service_on"])
    (row,) = (one for one in rows(answer("Q15")) if one["grid_code"] == TOWN)
    assert (row["revenue_year"], row["invested"], row["revenue_per_invested"]) == (revenue, invested, pytest.approx(revenue / invested))


def test_q16_villages(truth, answer):
    wanted = {}
    for grid, (total, away) in truth.villages().items():
        if away > 150:
            cost = round(away * 2000) + ceil(total * 0.3 / 8) * 120_000
            wanted[grid] = (total, pytest.approx(away, abs=1), pytest.approx(total / cost * 1e6, rel=0.01))
    found = answer("Q16", far_m=150)
    told, dense = rows(found), {row["grid_code"]: row["households"] / row["km2"] for row in rows(found, 1)}
    assert dense == {grid: pytest.approx(truth.density(grid), rel=0.01) for grid in dense}
    assert {row["grid_code"]: (row["households"], row["nearest_m"], row["households_per_wan"]) for row in told} == wanted and wanted


def test_q18_and_q19_lines_beyond_their_limits(truth, answer):
    for row in rows(answer("Q18"))[:3]:
        lines = [service_chain(truth.county.plant, one) for one in truth.live if one["product"] == "ftth"]
        own = [chain for chain in lines if chain.head and f"{chain.head[0]}/{chain.head[1]}" == row["code"].removeprefix("PON-")]
        lengths = truth.segment_metres()
        longest = max(sum(lengths[owner][0] for owner, no in chain.members if isinstance(no, int)) for chain in own)
        assert row["plant_m"] >= longest - 0.1
    lengths, wanted = truth.segment_metres(), {}
    for service in truth.live:
        if service["product"] == "adsl":
            chain = service_chain(truth.county.plant, service)
            far = sum(lengths[owner][0] for owner, no in chain.members if isinstance(no, int))
            wanted[service["code"]] = far
    far_ones = {code for code, far in wanted.items() if far > 2000}
    found = answer("Q19", rate_mbit=8)
    told = {row["code"]: row for row in rows(found)}
    assert found.notes[0][1]["count"] == len(wanted)
    assert all(row["plant_m"] == pytest.approx(wanted[code], abs=0.1) for code, row in told.items())
    assert far_ones <= set(told) and all(row["loop_ohm"] > 600 or row["plant_m"] > 2000 for row in told.values())


def test_q20_q21_and_q22_trunks_rooms_and_batteries(truth, answer):
    groups = {row["code"]: row for row in truth.rows("trunk_group")}
    told = rows(answer("Q20", most_percent=1))
    assert {row["code"] for row in told} == set(groups)
    for row in told:
        erlang, n = float(groups[row["code"]]["busy_hour_erlang"] or 0), row["circuits_needed"]
        assert row["erlang"] == erlang
        assert erlang == n == 0 or blocking_ratio(n, erlang) <= 0.01 < blocking_ratio(n - 1, erlang)
    lacking = {row["code"] for row in rows(answer("Q21", need_u=30, need_kw=0)) if row["lacks_u"]}
    assert lacking == {room for room, free in truth.free_units().items() if free < 30} and lacking
    charges = truth.charges()
    short = {site for site, (ah, amps) in charges.items() if amps and (battery_hours(ah, amps, BATTERY_C) or 0) < 4}
    assert {row["code"] for row in rows(answer("Q22"))} == short and any(amps for _, amps in charges.values())


def test_q23_parallel_cables(truth, answer):
    lying, lengths = truth.sections_of(), {data["code"]: data["metres"] for _, _, data in truth.graph.edges(data=True)}
    told = rows(answer("Q23", least_m=300))
    assert told
    for row in told:
        shared = lying[row["code"]] & lying[row["other_code"]]
        assert row["sections"] == len(shared) and row["shared_m"] == pytest.approx(sum(lengths[code] for code in shared), abs=1)
        assert row["in_use"] < 0.5 * row["installed"] and row["other_in_use"] < 0.5 * row["other_installed"]


def test_q25_another_border(truth, answer):
    shape = truth.grounds.polygon[COMMUNITY]
    west, south, east, north = shape.bounds
    half = shapely.box(west - 1, south - 1, (west + east) / 2, north + 1).intersection(shape).simplify(0.0005)
    half = max(getattr(half, "geoms", [half]), key=lambda part: part.area)
    found = answer("Q25", grid=COMMUNITY, area=json.dumps(shapely.geometry.mapping(half)))
    own = {code for code, grid in truth.grounds.community.items() if grid == COMMUNITY}
    stays = {code for code in own if half.covers(shapely.Point(truth.grounds.place[code]))}
    joins = {code for code, place in truth.grounds.place.items() if code not in own and half.covers(shapely.Point(place))}
    told = rows(found, 1)
    assert {row["code"] for row in told if not row["joins"]} == own - stays and {row["code"] for row in told if row["joins"]} == joins
    gone = [states for (code, kind, _), states in truth.members.items() if kind == "terminal" and truth.places[code] in own - stays]
    assert sum(row["leaving"] for row in rows(found) if row["resource"] == "terminal") == sum(map(len, gone))


def test_q26_then_and_now(truth, answer):
    now = (
        truth.counts[TOWN, "port", "pon"],
        sum(counts.installed for (grid, kind, _), counts in truth.counts.items() if (grid, kind) == (TOWN, "port")),
    )
    (row,) = (one for one in rows(answer("Q26", on_day="2020-01-01")) if one["grid_code"] == TOWN)
    assert (row["held_before"], row["held_after"], row["held_change"]) == (0, now[1], now[1])
    (row,) = (one for one in rows(answer("Q26", on_day="2999-01-01")) if one["grid_code"] == TOWN)
    assert (row["held_before"], row["held_change"]) == (now[1], 0)


def test_q27_works_under_way(truth, answer):
    unfinished = ("planned", "designed", "building", "built")
    wanted = {code for code, row in truth.equipment.items() if row["life"] in unfinished}
    wanted |= {f"{row['cable']}/{row['code']}" for row in truth.rows("segment") if row["life"] in unfinished}
    assert {row["code"] for row in rows(answer("Q27"))} == wanted and wanted
    town = next(iter(truth.grounds.community[truth.places[code]][:9] for code in wanted if code in truth.places))
    inside = {code for code in wanted if code in truth.places and truth.grounds.community[truth.places[code]].startswith(town)}
    assert {row["code"] for row in rows(answer("Q27", grid=town)) if row["kind"] == "equipment"} == inside


def test_every_question_is_asked_here_and_wrong_inputs_are_told(answer):
    assert list(questions()) == [*(f"Q{no}" for no in range(1, 28)), "D1", "M1", "S1", "W1"]
    with pytest.raises(RequestError) as unknown:
        answer("Q1", nope=1)
    assert unknown.value.code == "INPUT_UNKNOWN"
    for inputs in ({"near_m": "far"}, {"near_m": -1}, {"product": "gas"}):
        with pytest.raises(InputError) as bad:
            answer("Q1", **inputs)
        assert bad.value.code == "INPUT_BAD"
    with pytest.raises(NotFoundError):
        answer("Q1", grid="999")
    with pytest.raises(NotFoundError):
        find_question("Q28")
