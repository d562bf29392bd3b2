"""A design for a town of the demo county, from the question to plant in service: no rule breaks, counts and dates change as it said."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cli import design as door
from app.core.database import transaction
from app.core.errors import RuleError
from app.network.checks.registry import PLANT_CHECKS, run_checks
from app.operations import projects
from app.planning.exhaustion import list_exhaustion
from app.planning.fibre.asking import list_demands
from app.planning.price_book import price
from app.reports.questions.asking import ask
from app.reports.questions.registry import find_question
from app.services.checks.registry import USE_CHECKS
from app.services.commands.tallies import settle_all_tallies
from app.survey.importing import import_surveys
from app.topology.route_graph import PRICES
from scripts.benchmarks.county import make_county
from scripts.demo_county.days import DATA_DAY
from tests.functional.conftest import empty_network

pytestmark = pytest.mark.functional
REGION, TOWN = 421000, "421022102"
COUNTS = """
SELECT sum(installed), sum(planned) FROM grid_tally t JOIN grid g ON g.region_id = 421000 AND g.id = t.grid_id
WHERE t.region_id = 421000 AND g.code = :town AND t.kind = 'splitter_output'
"""


@pytest.fixture(scope="module")
def county(plain_database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("designed") / "county"
    make_county("0.008", folder)
    with empty_network(plain_database, "designed") as engine:
        assert import_surveys(engine, [folder], str(REGION), actor="test").changed
        yield engine


def breaches(engine) -> set:
    with Session(engine) as session:
        found = run_checks(session, REGION, books=(PLANT_CHECKS, USE_CHECKS), today=DATA_DAY)
    # New plant has no asset card yet, and the ducts of what is built stay claimed until it is in service: warnings, not rules of the plant.
    return {(one.rule, one.subject) for one in found if one.rule not in ("O18", "O20", "U1")}


def outputs(engine) -> tuple[int, int]:
    with Session(engine) as session:
        return tuple(int(count) for count in session.execute(text(COUNTS), {"town": TOWN}).one())


def runs_out(engine):
    with Session(engine) as session:
        return list_exhaustion(session, REGION, 2, grid_code=TOWN, resource="splitter_output")


def test_from_the_question_to_plant_in_service(county, monkeypatch, tmp_path):
    monkeypatch.setattr(door, "owner_engine", lambda: county)
    before, dates = outputs(county), runs_out(county)
    assert breaches(county) == set()
    run = CliRunner().invoke(door.design, ["--grid", TOWN, "--reach", "300", "--project", "P-FTTH", "--files", str(tmp_path), "--json"])
    assert run.exit_code == 0, run.output + run.stderr
    told, line = run.output.strip().splitlines()
    told = json.loads(told)
    assert told["lines"] <= 8 * told["second_level"] and told["faults"] == [] and told["worst_db"] <= told["areas"][0]["most_db"]
    assert told["boxes_gap"] < 0.01 and told["tree_gap"] < 0.02 and "P-FTTH" in line
    assert told["fen"] == sum(row["fen"] for area in told["areas"] for row in area["bill"]) and (tmp_path / "segments.csv").exists()
    new = 8 * told["second_level"] + sum(area["first_split"] * area["first_level"] for area in told["areas"])
    assert outputs(county) == (before[0], before[1] + new) and breaches(county) == set()
    for state in ("built", "closed"):
        with transaction(county, "test", "test") as session:
            assert projects.accept(session, REGION, "P-FTTH") == state
        assert outputs(county) == (before[0] + new, before[1]) and breaches(county) == set()
    later = runs_out(county)
    assert [row.installed for row in later] == [row.installed + new for row in dates]
    assert all(row.due_on is None or row.due_on > old.due_on for row, old in zip(later, dates, strict=True) if old.due_on)


def test_a_second_design_of_one_code_is_refused(county, monkeypatch):
    monkeypatch.setattr(door, "owner_engine", lambda: county)
    run = CliRunner().invoke
    for _ in range(2):
        answer = run(door.design, ["--grid", TOWN, "--reach", "300", "--project", "P-AGAIN"])
    assert answer.exit_code == 2 and "PROJECT_KNOWN" in answer.stderr
    assert "AREA_MISSING" in run(door.design, []).stderr and "NOTHING_WANTED" in run(door.design, ["--grid", "999"]).stderr


PLANT = """
SELECT (SELECT count(*) FROM equipment WHERE region_id = 421000), (SELECT count(*) FROM cable WHERE region_id = 421000),
       (SELECT count(*) FROM project WHERE region_id = 421000)
"""


def plant(engine) -> tuple:
    with Session(engine) as session:
        return tuple(session.execute(text(PLANT)).one())


def test_a_design_that_the_network_refuses_leaves_nothing(county, monkeypatch, tmp_path):
    monkeypatch.setattr(door, "owner_engine", lambda: county)
    with Session(county) as session:
        place = session.execute(text("SELECT code FROM structure WHERE region_id = 421000 ORDER BY id LIMIT 1")).scalar_one()
    other = tmp_path / "other.csv"
    other.write_text(f"设备编码,型号,所在设施\nP-LOST/GJ001,GF-24,{place}\n", encoding="utf-8")
    assert import_surveys(county, [other], str(REGION), actor="test").changed
    before = plant(county)
    answer = CliRunner().invoke(door.design, ["--grid", TOWN, "--reach", "300", "--project", "P-LOST"])
    assert answer.exit_code == 2 and "DESIGN_REFUSED" in answer.stderr and "P-LOST/GJ001" in answer.stderr
    assert plant(county) == before


def test_a_design_whose_ducts_are_claimed_meanwhile_leaves_nothing(county, monkeypatch):
    def lost(*_):
        raise RuleError("CLAIMED", "another project claims this", subject="a duct")

    monkeypatch.setattr(door, "owner_engine", lambda: county)
    monkeypatch.setattr(door, "claim", lost)
    before = plant(county)
    answer = CliRunner().invoke(door.design, ["--grid", TOWN, "--reach", "300", "--project", "P-LATE"])
    assert answer.exit_code != 0 and "CLAIMED" in answer.stderr
    assert plant(county) == before


def test_the_same_design_as_a_question(county):
    question = find_question("D1")
    with Session(county) as session:
        _, found = ask(session, REGION, question, {"grid": TOWN, "reach_m": "300"}, "en")
        demands = list_demands(session, REGION, grid=TOWN)
    areas, bill, boxes, cables = found.tables
    told = [dict(zip(areas.columns, row, strict=True)) for row in areas.rows]
    assert sum(one["buildings"] for one in told) == len(demands) and sum(one["lines"] for one in told) == sum(one.lines for one in demands)
    assert sum(one["cost"] for one in told) == sum(row[-1] for row in bill.rows)
    assert sum(row[3] for row in boxes.rows) == sum(one["splitters"] for one in told) and cables.things[0][0] == "section"


def check_new_ducts(engine) -> None:
    """Of each full section on a feeder's way another hole and a duct along roads are priced, and the road's is drawn."""
    with Session(engine) as session:
        for grid in session.execute(text("SELECT code FROM grid WHERE region_id = 421000 AND level = 3 ORDER BY code")).scalars():
            _, found = ask(session, REGION, find_question("W1"), {"grid": grid, "ftth": "20000"}, "en")
            tables = {table.name: table for table in found.tables}
            if "new_ducts" in tables:
                break
    beside, full = tables["new_ducts"], [row for row in tables["legs"].rows if row[5] == "duct"]
    assert [row[:3] for row in beside.rows] == [(row[0], row[4], row[6]) for row in full]
    along = [(row, thing) for row, thing in zip(beside.rows, beside.things, strict=True) if row[3]]
    assert along and {f"new_duct:{thing[1]}" for _, thing in along} == set(found.drawn)
    per_m = price("duct").fen_per_m + PRICES["pull"].fen_per_m
    assert all(row[5] == pytest.approx(row[3] * per_m + row[4] * price("handhole").fen_each, abs=1) for row, _ in along)


def test_where_all_holes_are_full_another_is_dug(county, monkeypatch):
    """With no hole free in the county the cables go through new ones, billed by the metre, planned, and in service with the project."""
    monkeypatch.setattr(door, "owner_engine", lambda: county)
    given, new = {"r": REGION}, "SELECT life, use FROM duct WHERE region_id = :r AND id > :last"
    with Session(county) as session, session.begin():
        session.execute(text("UPDATE duct SET health = 'blocked' WHERE region_id = :r AND use = 'idle' AND health = 'ok'"), given)
        settle_all_tallies(session, REGION)
        given["last"] = session.execute(text("SELECT max(id) FROM duct WHERE region_id = :r"), given).scalar_one()
    before = breaches(county)
    check_new_ducts(county)
    run = CliRunner().invoke(door.design, ["--grid", TOWN, "--reach", "300", "--project", "P-DIG", "--json"])
    assert run.exit_code == 0, run.output + run.stderr
    told = json.loads(run.output.strip().splitlines()[0])
    dug = [row for area in told["areas"] for row in area["bill"] if row["item"] == "duct"]
    assert dug and sum(row["fen"] for row in dug) == sum(round(row["count"] * price("duct").fen_per_m) for row in dug)
    with Session(county) as session:
        holes = session.execute(text(new), given).all()
        length = session.execute(text(
            "SELECT sum(s.length_m) FROM duct d JOIN section s ON s.region_id = :r AND s.id = d.section_id"
            " WHERE d.region_id = :r AND d.id > :last"),
            given).scalar_one()  # fmt: skip
    assert holes and set(holes) == {("planned", "idle")} and sum(row["count"] for row in dug) == pytest.approx(length)
    for lives in ({("built", "idle")}, {("in_service", "in_use")}):
        with transaction(county, "test", "test") as session:
            projects.accept(session, REGION, "P-DIG")
        with Session(county) as session:
            assert set(session.execute(text(new), given).all()) == lives
        assert breaches(county) == before
    with Session(county) as session, session.begin():
        session.execute(text("UPDATE duct SET health = 'ok' WHERE region_id = :r AND use = 'idle' AND health = 'blocked'"), given)
        settle_all_tallies(session, REGION)


QUARTER = """
WITH far AS (
  SELECT ST_EndPoint(r.geom) AS at FROM road r WHERE r.region_id = 421000
  AND NOT EXISTS (SELECT FROM structure s WHERE s.region_id = 421000 AND ST_DWithin(s.geom::geography, ST_EndPoint(r.geom)::geography, 150))
  AND NOT EXISTS (SELECT FROM structure s WHERE s.region_id = 421000 AND ST_DWithin(s.geom::geography, ST_EndPoint(r.geom)::geography, 300)
                  AND s.kind = 'pole')
)
SELECT ST_X(at), ST_Y(at) FROM far ORDER BY at LIMIT 1
"""
DUG = """
SELECT 'structure', kind, life, count(*), 0 FROM structure WHERE region_id = 421000 AND code LIKE 'P-ROAD-%' GROUP BY 1, 2, 3
UNION ALL SELECT 'section', kind, life, count(*), sum(length_m) FROM section
WHERE region_id = 421000 AND code LIKE 'P-ROAD-%' GROUP BY 1, 2, 3
UNION ALL SELECT 'duct', d.use, d.life, count(*), 0 FROM duct d JOIN section s ON s.region_id = 421000 AND s.id = d.section_id
WHERE d.region_id = 421000 AND s.code LIKE 'P-ROAD-%' GROUP BY 1, 2, 3 ORDER BY 1
"""


def test_a_quarter_without_ducts_is_reached_along_its_road(county, monkeypatch, tmp_path):
    """Houses at the end of a street where no structure stands: handholes and ducts along it, planned, drawn, and in service in the end."""
    monkeypatch.setattr(door, "owner_engine", lambda: county)
    with Session(county) as session:
        lon, lat = session.execute(text(QUARTER)).one()
    houses = [f"P-H{no},新楼{no},6,{lon + no / 9000:.7f},{lat:.7f}" for no in range(3)]
    (tmp_path / "buildings.csv").write_text("\n".join(["楼宇编码,名称,层数,经度,纬度", *houses]), encoding="utf-8")
    rooms = [f"P-H{no},1,1单元,20" for no in range(3)]
    (tmp_path / "addresses.csv").write_text("\n".join(["所属楼宇,单元编码,名称,户数", *rooms]), encoding="utf-8")
    report = import_surveys(county, [tmp_path], str(REGION), actor="test")
    assert report.changed and report.totals["applied"] == 6, report.sources
    before = breaches(county)
    (tmp_path / "codes.txt").write_text("P-H0\nP-H1\nP-H2\n", encoding="utf-8")
    asked = ["--addresses", str(tmp_path / "codes.txt"), "--reach", "60", "--files", str(tmp_path / "plant")]
    assert CliRunner().invoke(door.design, [*asked, "--project", "P-GONE"]).exit_code == 0
    with transaction(county, "test", "test") as session:
        projects.cancel_project(session, REGION, "P-GONE")
    assert breaches(county) == before
    run = CliRunner().invoke(door.design, [*asked, "--project", "P-ROAD", "--json"])
    assert run.exit_code == 0, run.output + run.stderr
    (area,) = json.loads(run.output.strip().splitlines()[0])["areas"]
    bill = {(row["item"], row["unit"]): row for row in area["bill"]}
    assert area["unreached"] == [] and area["tree_proved"]
    with Session(county) as session:
        ducts, sections, places = session.execute(text(DUG)).all()
    assert [row[1:3] for row in (ducts, sections, places)] == [("idle", "planned"), ("duct_section", "planned"), ("handhole", "planned")]
    assert ducts[3] == sections[3] and places[3] == bill["handhole", "piece"]["count"]
    assert sections[4] == pytest.approx(bill["duct", "m"]["count"], abs=sections[3] / 100)
    assert bill["handhole", "piece"]["fen"] == places[3] * price("handhole").fen_each
    assert breaches(county) == before and (tmp_path / "plant" / "sections.geojson").exists()
    for lives in ("built", "in_service"):
        with transaction(county, "test", "test") as session:
            projects.accept(session, REGION, "P-ROAD")
        with Session(county) as session:
            rows = session.execute(text(DUG)).all()
        assert {row[2] for row in rows} == {lives} and breaches(county) == before
    assert rows[0][1] == "in_use"


THERE = """
SELECT t.installed - t.in_use - t.reserved - t.releasing - t.unusable, t.releasing, t.unusable, t.reserved
FROM grid_tally t JOIN grid g ON g.region_id = 421000 AND g.id = t.grid_id
WHERE t.region_id = 421000 AND g.code = :grid AND t.kind = 'splitter_output'
"""


# Slots that a card fits and none is in, among equipment and slots side by side.
FREE = """
SELECT count(*) FROM unnest(CAST(:codes AS text[]), CAST(:slots AS text[])) AS w (code, slot)
JOIN equipment e ON e.region_id = 421000 AND e.code = w.code AND e.life = 'in_service'
JOIN model_slot s ON s.model_id = e.model_id AND s.no = w.slot AND s.card_type IN ('pon', 'adsl', 'pots')
WHERE NOT EXISTS (SELECT FROM card c WHERE c.region_id = 421000 AND c.equipment_id = e.id AND c.slot_no = w.slot)
"""


def test_what_to_do_for_so_many_lines_counts_nothing_twice(county):
    """Outputs that are there are taken as they are counted, the others bought; two products share what is idle; a feeder has its way."""
    with Session(county) as session:
        sql = "SELECT g.code FROM grid g JOIN grid_tally t ON t.region_id = 421000 AND t.grid_id = g.id AND t.kind = 'splitter_output'"
        grid = session.execute(text(f"{sql} WHERE g.region_id = 421000 AND g.level = 3 ORDER BY g.code LIMIT 1")).scalar_one()
        there = session.execute(text(THERE), {"grid": grid}).one()
        _, found = ask(session, REGION, find_question("W1"), {"grid": grid, "ftth": "20000", "lan": "300", "pots": "200"}, "en")
    told = [dict(zip(found.tables[0].columns, row, strict=True)) for row in found.tables[0].rows]
    for resource, lines in (("splitter_output", 20_000), ("number", 200)):
        assert sum(row["units"] for row in told if row["resource"] == resource) == lines
    outputs_there = [row for row in told if row["resource"] == "splitter_output" and row["grid_code"] == grid]
    for kind, count in zip(("use_idle", "release", "repair", "free_reserved"), there, strict=True):
        assert sum(row["units"] for row in outputs_there if row["action"] == kind) == count
    assert sum(row[-1] for row in found.tables[1].rows) == sum(row["cost"] or 0 for row in told)
    cards = [row for row in told if row["action"] == "add_card" and row["item"] != price("lan_switch").name("en")]
    assert cards and all(row["pieces"] == 1 and row["place_at"] for row in cards)
    assert all(row["place_at"] and row["pieces"] == 1 for row in told if row["action"] in ("add_cabinet", "add_shelf"))
    taken = [row["place_at"] for row in told if row in cards or row["action"] == "add_shelf"]
    assert len(taken) == len(set(taken))
    there = [place.rpartition(" ")[::2] for row in cards if not (place := row["place_at"]).startswith("+")]
    with Session(county) as session:
        equipment, slots = zip(*there, strict=True)
        given = {"codes": list(equipment), "slots": list(slots)}
        assert session.execute(text(FREE), given).scalar_one() == len(there)
    new = [row["place_at"] for row in told if row["action"] == "add_shelf" and "@front:" in row["place_at"]]
    assert {row["place_at"].split(" ")[0] for row in cards} - set(equipment) == {place.split(" ")[1] for place in new}
    power = [row for row in told if row["action"] == "power"]
    assert power and all(row["place_at"] and row["pieces"] == 1 for row in power)
    uplinks = [row["place_at"] for row in told if row["action"] == "uplink" and row["place_at"]]
    assert uplinks and len(set(uplinks)) == len(uplinks)
    full = {leg[0]: leg for leg in found.tables[2].rows if leg[5] == "duct"}
    assert {row[0] for table in found.tables if table.name == "new_ducts" for row in table.rows} == set(full)
    feeders = [row for row in told if row["action"] == "feeder"]
    assert feeders and all(row["cost"] is None for row in feeders) and found.tables[2].name == "legs" and found.tables[2].rows
