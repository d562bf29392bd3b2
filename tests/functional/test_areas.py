"""Every role, area and address: who is let in, and that another area's rows are nowhere to be seen."""

import gzip
import re
from math import asinh, floor, pi, radians, tan

import pytest
from sqlalchemy import text
from werkzeug.routing import IntegerConverter

from app.access.addresses import NONE, PUBLIC, SIGNED_IN, THING, WHOLE, rules
from app.access.commands import TokenWish
from app.access.permissions import may
from app.access.rules import ROLES
from tests.conftest import REGION
from tests.people import add_people, bring_token, come_in
from tests.site import open_site, recorded_statements
from tests.town import COUNTY, EAST, WEST

pytestmark = pytest.mark.functional
AREAS = {"all": None, "region": (str(REGION),), "west": (f"{REGION}/{WEST}",), "other": ("420500",), "none": ()}
PEOPLE = {f"{role}-{area}": (role, places) for role in ROLES for area, places in AREAS.items()}
SEES_ALL = ("all", "region")


@pytest.fixture(scope="module")
def site(engine):
    with open_site(engine, in_use=True, personal={"name": "王小明", "contact": "王小明", "phone": "13812340001", "old name": "旧"}) as site:
        yield site


@pytest.fixture(scope="module")
def people(site, engine):
    return add_people(engine, PEOPLE)


@pytest.fixture(scope="module")
def west(site, people):
    """A browser of somebody who sees the west alone, and customers' names there."""
    return come_in(site, people["desk-west"])


@pytest.fixture(scope="module")
def everywhere(site, people):
    return come_in(site, people["desk-all"])


@pytest.fixture(scope="module")
def keys(site, engine):
    """Keys of things by kind and code."""
    found = {}
    with engine.connect().execution_options(across_regions=True) as connection:
        for kind, key, code in connection.execute(text("SELECT kind, id, code FROM code_index WHERE region_id = :r"), {"r": REGION}):
            found[kind, code] = key
        for key, code in connection.execute(text("SELECT id, code FROM customer WHERE region_id = :r"), {"r": REGION}):
            found["customer", code] = key
    return found


def build_path(rule, things: dict) -> str:
    """An address of the rule, with a thing where it names one."""
    given = {name: 1 if isinstance(kind, IntegerConverter) else "x" for name, kind in rule._converters.items()}
    given.update({name: value for name, value in things.items() if name in rule.arguments})
    return rule.build(given)[1]


def list_cases(site):
    """Each address once with each of its kinds of method, without those that are public."""
    for rule in site.app.url_map.iter_rules():
        if rules()[rule.endpoint].permission not in (PUBLIC, SIGNED_IN):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def is_refused_by_role(rule, role: str) -> bool:
    return not may(role, rules()[rule.endpoint].permission)


@pytest.mark.parametrize("area", list(AREAS))
def test_roles_areas_and_addresses(site, people, keys, area):
    """403 where the role may not, 404 where the thing or region lies elsewhere, 403 where a part of the region is not enough."""
    west_thing = {"kind": "structure", "thing_id": keys["structure", "MH-1"]}
    for role in ROLES:
        client = come_in(site, people[f"{role}-{area}"])
        for rule, method in list_cases(site):
            kept = rules()[rule.endpoint].area
            if is_refused_by_role(rule, role):
                expected = {403}
            elif method != "GET":
                continue
            elif area in SEES_ALL or kept == NONE:
                expected = None
            elif kept == WHOLE:
                expected = {403}
            elif area == "west":
                expected = {200, 422} if kept == THING and len(rule.arguments) == 2 else None
            else:
                expected = {404, 422}
            answer = client.open(build_path(rule, west_thing), method=method)
            told = (rule.endpoint, method, role, area, answer.status_code, rules()[rule.endpoint])
            assert answer.status_code < 500, told
            assert answer.status_code in expected if expected else answer.status_code not in (401, 403), told
            answer.close()


def test_things_of_another_area_are_not_there(site, people, keys, west, everywhere):
    elsewhere = [
        ("structure", "FC-1"), ("structure", "HH-9"), ("section", "SEC-5"), ("segment", "CB-201/S01"), ("cable", "CB-201"),
        ("equipment", "GJ-1"), ("grid", EAST), ("grid", COUNTY), ("equipment", "FB-9"),
    ]  # fmt: skip
    here = [
        ("structure", "MH-1"), ("section", "SEC-4"), ("segment", "CB-104/S02"), ("cable", "CB-104"), ("equipment", "OLT-1"), ("grid", WEST),
        ("site", "CO-1"), ("circuit", "PON-1"),
    ]  # fmt: skip
    for thing in (*elsewhere, *here):
        for path in (f"/things/{thing[0]}/{keys[thing]}", f"/api/v1/things/{thing[0]}/{keys[thing]}"):
            if path.startswith("/things/site"):
                continue
            assert everywhere.get(path).status_code == 200, path
            assert west.get(path).status_code == (200 if thing in here else 404), path
        assert west.get("/things", query_string={"code": thing[1]}).status_code in ((200, 302) if thing in here else (404,)), thing
    assert west.get(f"/things/structure/{keys['structure', 'MH-1']}?region=420500").status_code == 404


def test_services_of_another_area_are_not_told(keys, west, everywhere, engine):
    with engine.connect() as connection:
        rows = connection.execute(text(
            "SELECT s.id, s.code, s.customer_id, g.code AS grid FROM service s"
            " JOIN address a ON a.region_id = :r AND a.id = s.address_id JOIN building b ON b.region_id = :r AND b.id = a.building_id"
            " JOIN grid g ON g.region_id = :r AND g.id = b.grid_id WHERE s.region_id = :r"), {"r": REGION}).all()  # fmt: skip
    assert {row.grid for row in rows} == {EAST, WEST}
    customers = {row.customer_id for row in rows if row.grid == WEST}
    for row in rows:
        assert west.get(f"/things/service/{row.id}").status_code == (200 if row.grid == WEST else 404)
        assert west.get(f"/things/customer/{row.customer_id}").status_code == (200 if row.customer_id in customers else 404)
    hidden = {row.code for row in rows if row.grid == EAST}
    for path in (f"/things/segment/{keys['segment', 'CB-104/S01']}", f"/things/customer/{keys['customer', 'C-1']}"):
        whole, seen = everywhere.get(path).text, west.get(path).text
        assert any(f">{code}<" in whole for code in hidden) and not any(code in seen for code in hidden), path


@pytest.mark.parametrize(
    ("words", "seen"),
    [("FC-1", []), ("CB-2", []), ("EAST", []), (EAST, []), ("MH-1", ["MH-1"]), ("CB-104", ["CB-104", "CB-104/S01"]), ("王小", ["C-1"])],
)
def test_a_search_finds_nothing_elsewhere(west, words, seen):
    codes = [hit["code"] for hit in west.get("/api/v1/search", query_string={"q": words}).json["hits"]]
    assert set(seen) <= set(codes) and bool(codes) == bool(seen)


def test_counts_keep_to_the_area(west, everywhere):
    given = "/api/v1/occupancy?resource=terminal&level="
    body = west.get(f"{given}community").json
    assert [grid["code"] for grid in body["grids"]] == [WEST]
    whole = {grid["code"]: grid for grid in everywhere.get(f"{given}community").json["grids"]}
    assert body["total"]["installed"] == whole[WEST]["installed"] < sum(grid["installed"] for grid in whole.values())
    assert west.get(f"{given}county").json["grids"] == [] and west.get(f"{given}county").json["total"]["installed"] == 0
    file = west.get("/api/v1/occupancy.csv?resource=terminal").text
    assert WEST in file and EAST not in file
    tag = everywhere.get(f"{given}community").headers["ETag"]
    assert west.get(f"{given}community", headers={"If-None-Match": tag}).status_code == 200


def test_the_box_is_the_areas_own(west, everywhere):
    told = [re.search(r'"box": \[([^\]]+)\]', client.get("/").text)[1] for client in (west, everywhere)]
    boxes = [[float(edge) for edge in box.split(",")] for box in told]
    assert boxes[0][2] < boxes[1][2]


def test_briefs_leave_out_what_lies_elsewhere(west, keys):
    asked = f"structure:{keys['structure', 'MH-1']},structure:{keys['structure', 'FC-1']}"
    assert [thing["code"] for thing in west.get(f"/api/v1/things?of={asked}").json["things"]] == ["MH-1"]


def test_a_tile_shows_the_area_alone_and_is_nobody_elses(site, people, west, everywhere):
    lon, lat = 112.2328, 30.05999
    place = f"/tiles/structure/15/{floor((lon + 180) / 360 * 2**15)}/{floor((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**15)}.mvt"
    whole = everywhere.get(place)
    assert {b"HH-3", b"FC-1"} == {code for code in (b"HH-3", b"FC-1") if code in gzip.decompress(whole.data)}
    version = whole.headers["ETag"].strip('"').rsplit("-", 1)[1]
    for query in ("", f"?v={version}&region={REGION}", f"?v={version}&region={REGION}"):
        answer = west.get(place + query, headers={"If-None-Match": whole.headers["ETag"]})
        body = gzip.decompress(answer.data)
        assert answer.status_code == 200 and b"HH-3" in body and b"FC-1" not in body
        assert answer.headers["Vary"] == "Cookie" and answer.headers["ETag"] != whole.headers["ETag"]
    assert west.get(f"{place}?v={version}&region={REGION}", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    for layer in site.app.extensions["netgrid.layers"].layers.values():
        assert west.get(f"/tiles/{layer.name}/{layer.zoom_max}/0/0.mvt").status_code == 200, layer.name
    stranger = come_in(site, people["viewer-other"])
    for query in ("", f"?v={version}&region={REGION}"):
        assert stranger.get(place + query).status_code == 404


def test_an_area_asks_a_bounded_number_of_statements(site, west, everywhere, keys):
    counts = {}
    structure, section = keys["structure", "MH-1"], keys["section", "SEC-4"]
    for path in (f"/things/structure/{structure}", f"/api/v1/things/section/{section}", "/api/v1/search?q=CB"):
        for name, client in (("west", west), ("all", everywhere)):
            with recorded_statements(site.app) as sent:
                assert client.get(path).status_code == 200
            counts[path, name] = len(sent)
    assert all(counts[path, "west"] - counts[path, "all"] <= 6 for path, _ in counts), counts


def test_a_token_keeps_to_its_own_area_within_its_persons(site, engine, people, keys):
    thing = {code: f"/api/v1/things/structure/{keys['structure', code]}" for code in ("MH-1", "FC-1")}
    for person, places, seen in (
        ("viewer-all", None, {"MH-1", "FC-1"}), ("viewer-all", (f"{REGION}/{EAST}",), {"FC-1"}), ("viewer-west", None, {"MH-1"}),
        ("viewer-west", (f"{REGION}/{EAST}",), set()), ("viewer-west", (str(REGION),), {"MH-1"}),
    ):  # fmt: skip
        program = bring_token(site, engine, people[person], TokenWish("test", places=places))
        assert {code for code, path in thing.items() if program.get(path).status_code == 200} == seen, (person, places)
