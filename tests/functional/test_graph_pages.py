"""The graph through its doors: traces, impact, routes, weak points, OTDR, checks, as pages, JSON, GeoJSON and files."""

import io
import json
import re

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from app.cli.door import owner_engine
from app.core.database import transaction
from tests.conftest import REGION
from tests.site import HOSTILE, open_site, recorded_statements

pytestmark = [pytest.mark.functional, pytest.mark.usefixtures("region_guard")]
PERSONAL = {"name": "演示用户一二三", "contact": "演示联系人甲", "phone": "13812345678", "old name": "旧名称四五六"}
PAGES = ("/trace", "/impact", "/route", "/weak", "/otdr", "/checks", "/checks/K18")
# A dig over the copper drop at P-2.
CORNERS = [[112.2330, 30.0580], [112.2336, 30.0580], [112.2336, 30.0586], [112.2330, 30.0586], [112.2330, 30.0580]]
DIG = {"type": "Polygon", "coordinates": [CORNERS]}


@pytest.fixture(scope="module")
def site(engine):
    with open_site(engine, in_use=True, personal=PERSONAL) as site:
        yield site


@pytest.fixture(scope="module")
def viewer(site):
    return site.sign_in("viewer")


@pytest.fixture
def statements(site):
    """The statements that the site sends while the test runs."""
    with recorded_statements(site.app) as sent:
        yield sent


def ask(client, path: str, headers=None, **query):
    """The answer, asked for again as long as it is being worked out."""
    while (answer := client.get(f"/api/v1/{path}", query_string=query, headers=headers)).status_code == 202:
        assert answer.json["state"] == "working" and answer.headers["Retry-After"]
    return answer


def post(client, path: str, **question):
    page = client.get("/impact").text
    token = json.loads(re.search(r'id="settings">(.*?)</script>', page, re.DOTALL)[1])["csrf"]
    while (answer := client.post(f"/api/v1/{path}", json=question, headers={"X-CSRFToken": token})).status_code == 202:
        assert answer.json["state"] == "working"
    return answer


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("language", "word"), [("zh", "薄弱点"), ("en", "Weak points")])
def test_each_page_answers_in_few_statements(site, statements, path, language, word):
    client = site.sign_in("viewer", language=language)
    del statements[:]
    page = client.get(path)
    assert page.status_code == 200 and word in page.text
    assert len(statements) <= 3
    assert not re.search(r'(?:src|href)="https?://', page.text)


def test_a_trace_tells_what_the_command_tells(site, viewer, statements):
    told = ask(viewer, "trace", code="FT-1", lang="en").json
    assert len(statements) <= 12
    command = site.app.test_cli_runner().invoke(args=["trace", "FT-1", "--json", "--lang", "en"])
    assert {name: told[name] for name in ("kind", "code", "traces")} == json.loads(command.output)
    assert told["traces"][0]["ends"][0]["verdict"]["pon_class"] == "B+"
    assert [one["code"] for one in told["traces"][0]["hops"]][::9] == ["FB-1/A-01", "OLT-1/0/1/0"]
    shapes = ask(viewer, "trace.geojson", code="FT-1").json["features"]
    kinds = [one["geometry"]["type"] for one in shapes]
    assert sum(kind.endswith("LineString") for kind in kinds) == 3 and kinds.count("Point") == 7
    assert [one["properties"]["hop"] for one in shapes] == list(range(1, 11))


@pytest.mark.parametrize("code", ["CB-104/S01:1", "OLT-1/0/1/0", "5220001", "PON-1", "FT-1", "C-1", "B-E/101"])
def test_whatever_carries_or_is_served_is_traced(viewer, statements, code):
    del statements[:]
    told = ask(viewer, "trace", code=code)
    assert told.status_code == 200 and told.json["traces"], told.json
    assert len(statements) <= 14


def test_layers_lead_down_to_the_ground_and_up_to_the_customers(viewer, statements):
    def layers(code):
        told = ask(viewer, "trace/layers", code=code, lang="en").json
        return [{layer["kind"]: [one["code"] for one in layer["things"]] for layer in told[side]} for side in ("below", "above")]

    below, above = layers("FT-1")
    assert below["section"] == ["SEC-1", "SEC-2", "SEC-3", "SEC-4", "SEC-5"] and below["circuit"] == ["AC-FT-1", "PON-1"] and not above
    below, above = layers("SEC-1/K01-1")
    assert above["customer"] == ["C-1", "C-2"] and below["structure"] == ["CO-1", "MH-1"]
    below, above = layers("CB-104/S01:1")
    assert above["service"] == ["FT-1"] and below["duct"] == ["SEC-1/K01-1", "SEC-2/K01-1"]
    assert len(statements) <= 60
    assert ask(viewer, "trace/layers", code="421022").json["code"] == "NOT_CARRYING"


def test_impact_by_codes_and_by_an_area(viewer, statements):
    told = post(viewer, "impact", codes=["SEC-1", "CB-104/S01:1"], at="2026-03-01T00:00", hours=4, lang="en").json
    assert len(statements) <= 45
    assert told["counts"] == {"down": 6, "later": 0, "weakened": 0} and told["failing"][0]["code"] == "SEC-1"
    assert told["customers"][0]["message"].startswith("1 of your services are down from 03-01 00:00; we expect them back at 03-01 04:00")
    roles = {one["properties"]["role"] for one in told["places"]["features"]}
    assert roles == {"failed", "mend", "down"}
    dig = post(viewer, "impact", area=DIG).json
    assert dig["counts"]["down"] == 4 and dig["numbers"] == ["5220001", "5220002", "5220003", "5220004"]
    few = ask(viewer, "impact", code=["SEC-1"], most=1).json
    assert few["totals"]["services"] == 6 and len(few["services"]) == 1


def test_names_are_told_to_those_who_may_see_them(site, viewer):
    def tell(client):
        answers = post(client, "impact", codes=["SEC-1"]), post(client, "impact.xlsx", codes=["SEC-1"], lang="en")
        sheets = CalamineWorkbook.from_filelike(io.BytesIO(answers[1].data))
        rows = [cell for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python() for cell in row]
        return answers[0].text, rows, sheets.sheet_names

    plain, rows, names = tell(viewer)
    assert names == ["Services", "Customers", "Restoration", "Grids", "Numbers", "Batteries"]
    for what in PERSONAL.values():
        assert what not in plain and what not in rows
    assert "演***" in plain and "138****5678" in rows
    plain, rows, _ = tell(site.sign_in("desk"))
    assert PERSONAL["name"] in plain and PERSONAL["phone"] in rows


def test_routes_spare_and_weak_points(viewer, statements):
    two = ask(viewer, "route", **{"from": "CO-1", "to": ["FC-1", "P-2"], "alternatives": 3}).json["routes"]
    assert [one["plans"][0]["metres"] for one in two] == [510.0, 440.0]
    assert all(leg["geometry"]["type"] == "LineString" for leg in two[0]["plans"][0]["legs"])
    cut = ask(viewer, "route", **{"from": "CO-1", "to": "FC-1", "disjoint": "section", "lang": "zh"}).json["routes"][0]
    assert cut["reason"] == "NOT_APART" and cut["told"].endswith("下列管线段") and len(cut["cut_shapes"]["features"]) == 4
    dug = ask(viewer, "route", **{"from": "P-2", "to": "FC-1", "dig_m": 300, "avoid": "SEC-3"}).json["routes"][0]["plans"][0]["legs"]
    assert [leg["geometry"]["type"] for leg in dug if leg["work"] == "dig"] == ["LineString"]
    strands = ask(viewer, "route", **{"from": "CO-1", "to": "FC-1", "strands": "true"}).json["routes"][0]["plans"][0]["legs"]
    assert strands[0]["geometry"]["type"] == "GeometryCollection" and len(strands[0]["geometry"]["geometries"]) == 2
    spare = ask(viewer, "spare", **{"from": "CO-1", "to": "FC-1"}).json
    assert spare["strands"] == 8 and spare["bottlenecks"]
    assert "narrow" in {one["properties"]["role"] for one in spare["shapes"]["features"]}
    weak = ask(viewer, "weak", limit=5).json
    assert weak["points"][0]["services"] == 6 and weak["points"][0]["geometry"] and weak["rings"][0]["ring"] == "RING-1"
    del statements[:]
    assert ask(viewer, "weak", limit=5).json == weak
    assert len(statements) <= 20
    facts = ask(viewer, "graph/facts", speciality="transmission").json
    assert facts["bridges"] == ["UL-1"] and facts["totals"]["bridges"] == 1


def test_an_otdr_reading_becomes_a_stretch(viewer, statements):
    told = ask(viewer, "otdr", strand="CB-104/S01:1", metres=200, wavelength=1550).json
    assert len(statements) <= 30
    assert told["near"]["section"] == told["far"]["section"] == "SEC-2"
    # 15 m of coil and the excess of the strand lie before it.
    assert 180 < told["near"]["chainage_m"] < told["far"]["chainage_m"] < 185
    assert [one["properties"]["role"] for one in told["places"]["features"]] == ["stretch", "near", "far"]
    assert [one["code"] for one in told["services"]] == ["FT-1"]
    again = ask(viewer, "otdr", strand="CB-104/S01:1", us=round(2 * 1.4677 * 200 / 299.792458, 6), end="A").json
    assert abs(again["near"]["chainage_m"] - told["near"]["chainage_m"]) < 1


def test_checks_are_listed_looked_for_and_saved(viewer, statements):
    checks = ask(viewer, "checks", lang="zh").json["checks"]
    assert len(checks) > 40 and all(one["title"] and one["advice"] and one["speciality_label"] for one in checks)
    assert {one["total"] for one in checks} <= {None, 0}
    every = [ask(viewer, f"checks/{one['rule'].lower()}", lang="en").json for one in checks]
    found = next(one for one in every if one["total"])
    assert found["total"] == len(found["breaches"]) and found["breaches"][0]["id"].isdigit()
    rule = found["rule"]
    del statements[:]
    assert ask(viewer, f"checks/{rule}", lang="en").json == found
    assert len(statements) <= 8
    counted = {one["rule"]: one["total"] for one in ask(viewer, "checks").json["checks"]}
    assert counted == {one["rule"]: one["total"] for one in every} and counted["K2"] == 0
    table = viewer.get(f"/api/v1/checks/{rule}/breaches.csv?lang=zh").text
    assert table.startswith("\ufeff编号,级别,专业") and table.count("\r\n") == found["total"] + 1
    book = CalamineWorkbook.from_filelike(io.BytesIO(viewer.get(f"/api/v1/checks/{rule}/breaches.xlsx").data))
    assert len(book.get_sheet_by_index(0).to_python()) == found["total"] + 1
    assert viewer.get("/checks/NO").status_code == viewer.get("/api/v1/checks/NO").status_code == 404


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("trace", {"code": "NOBODY"}, "CODE_UNKNOWN"),
        ("trace", {"code": "CB-104"}, "NOT_TRACED"),
        ("trace", {"code": HOSTILE}, "CODE_UNKNOWN"),
        ("trace", {"code": "FT-1", "class": "Q"}, "PON_CLASS_UNKNOWN"),
        ("trace", {}, "REQUEST_BAD"),
        ("trace", {"code": "x" * 201}, "REQUEST_BAD"),
        ("trace", {"code": "a\x00b"}, "REQUEST_BAD"),
        ("route", {"from": "CO-1", "to": "CO-1"}, "SAME_ENDS"),
        ("route", {"from": "CO-1", "to": "NO"}, "CODE_UNKNOWN"),
        ("route", {"from": "CO-1", "to": "FC-1", "avoid": "OLT-1"}, "NOT_AVOIDABLE"),
        ("route", {"from": "CO-1", "to": "FC-1", "splice": "true"}, "WISHES_EXCLUDE"),
        ("route", {"from": "CO-1", "to": "FC-1", "alternatives": 99}, "REQUEST_BAD"),
        ("spare", {"from": "CO-1", "to": "CB-104"}, "NOT_A_PLACE"),
        ("weak", {"grid": "999"}, "GRID_UNKNOWN"),
        ("weak", {"speciality": "gas"}, "REQUEST_BAD"),
        ("otdr", {"strand": "CB-104/S01:1"}, "VALUE_IMPOSSIBLE"),
        ("otdr", {"strand": "CC-301/S01:1", "metres": 5}, "NOT_FIBRE"),
        ("otdr", {"strand": "CB-104/S01:1", "metres": 1e9}, "OTDR_BEYOND_ROUTE"),
        ("otdr", {"strand": "CB-104/S01:1", "metres": "nan"}, "REQUEST_BAD"),
        ("checks/x'--", {}, "CHECK_UNKNOWN"),
    ],
)  # fmt: skip
def test_wrong_questions_are_told_in_both_languages(viewer, path, query, code):
    for language in ("en", "zh"):
        answer = ask(viewer, path, headers={"Accept-Language": language}, **query)
        assert answer.status_code in (404, 422) and answer.json["code"] == code, answer.json
        assert "Traceback" not in answer.text
        if code != "REQUEST_BAD":
            assert bool(re.search(r"[\u4e00-\u9fff]", answer.json["message"])) == (language == "zh"), answer.json


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({}, "NOTHING_FAILS"),
        ({"codes": ["NOBODY"]}, "CODE_UNKNOWN"),
        ({"codes": ["FT-1"]}, "NOT_FAILING"),
        ({"codes": ["SEC-1"], "hours": -1}, "REQUEST_BAD"),
        ({"codes": ["x"] * 201}, "REQUEST_BAD"),
        ({"area": {"type": "Point", "coordinates": [1, 2]}}, "AREA_INVALID"),
        ({"area": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}}, "AREA_INVALID"),
        ({"area": {"type": "Polygon", "coordinates": [[[111, 29], [114, 29], [114, 32], [111, 32], [111, 29]]]}}, "AREA_LARGE"),
        ({"area": {"type": "Polygon", "coordinates": [[["a", "b"], [1, 1], [1, 0], ["a", "b"]]]}}, "AREA_INVALID"),
        ({"area": {"type": "Polygon", "coordinates": [[[500, 0], [501, 1], [501, 0], [500, 0]]]}}, "AREA_INVALID"),
        ({"area": {"type": "Polygon"}}, "AREA_INVALID"), ({"area": {"x": 1}}, "AREA_INVALID"),
    ],
)  # fmt: skip
def test_what_cannot_fail_is_told(viewer, question, code):
    answer = post(viewer, "impact", **question)
    assert answer.status_code in (404, 422) and answer.json["code"] == code, answer.json


def test_a_question_from_another_site_is_refused(viewer):
    assert viewer.post("/api/v1/impact", json={"codes": ["SEC-1"]}).status_code == 400


def test_records_lead_to_the_questions(viewer):
    def asked(code):
        page = viewer.get("/things", query_string={"code": code}, follow_redirects=True).text
        return set(re.findall(r'data-question="(\w+)"', page))

    assert asked("CB-104/S01:1") == {"trace", "impact", "otdr"} and asked("FT-1") == {"trace"}
    assert asked("SEC-1") == {"impact"} and asked("OLT-1") == {"impact", "route"} and asked("C-1") == {"trace"}


def test_hostile_codes_stay_text(viewer):
    """A code with markup reaches the browser as JSON alone, never inside a page."""
    with transaction(owner_engine(), "test", "test") as session:
        renaming = text("UPDATE circuit SET code = :code WHERE region_id = :region AND code = 'AC-FT-1'")
        session.execute(renaming, {"code": HOSTILE, "region": REGION})
    told = ask(viewer, "trace", code="FT-1")
    assert told.json["traces"][0]["circuit"] == HOSTILE and told.mimetype == "application/json"
    assert told.headers["X-Content-Type-Options"] == "nosniff"
    for path in ("/trace", "/impact", "/route", "/otdr"):
        for name in ("code", "from", "strand"):
            assert "<img" not in viewer.get(path, query_string={name: HOSTILE}).text.split("<main")[1]
