"""Record pages: few statements for every kind, links from a customer to plant and power and back, names masked."""

import html
import re

import pytest
from sqlalchemy import text

from app.reports.records.kinds import KINDS
from app.reports.records.values import Reader, tell
from tests.conftest import REGION
from tests.site import HOSTILE, PASSWORD, open_site, recorded_statements

pytestmark = pytest.mark.functional
STATEMENTS_MAX = 15
# Names and telephones of the town's people; nobody but those who may shall find any of them anywhere.
PERSONAL = {"name": "演示用户一二三", "contact": "演示联系人甲", "phone": "13812345678", "old name": "旧名称四五六"}
LINK = re.compile(r'href="(/things/[a-z_]+/\d+)"[^>]*>([^<]*)<')


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


def keys_of(connection, kind: str) -> list[int]:
    table = KINDS[kind].model.__tablename__
    return list(connection.execute(text(f"SELECT id FROM {table} WHERE region_id = :region ORDER BY id"), {"region": REGION}).scalars())


def links(page) -> dict[str, str]:
    """Addresses of records by the code that leads there."""
    return {html.unescape(code): address for address, code in LINK.findall(page.text)}


def open_code(client, code: str):
    """The record that a code leads to."""
    answer = client.get("/things", query_string={"code": code}, follow_redirects=True)
    assert answer.status_code == 200, code
    return answer


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_record_in_few_statements(viewer, connection, statements, kind):
    keys = keys_of(connection, kind)
    assert keys or kind in ("maintenance_unit", "unmet_request")
    for key in {*keys[:3], *keys[-3:]}:
        del statements[:]
        answer = viewer.get(f"/things/{kind}/{key}")
        assert answer.status_code == 200, (kind, key)
        assert len(statements) <= STATEMENTS_MAX, (kind, key, len(statements))


@pytest.mark.parametrize("kind", ["equipment", "customer", "section"])
def test_statements_do_not_grow_with_rows(viewer, connection, statements, kind):
    counts = set()
    for key in keys_of(connection, kind):
        del statements[:]
        viewer.get(f"/things/{kind}/{key}")
        counts.add(len(statements))
    assert max(counts) <= STATEMENTS_MAX
    assert max(counts) - min(counts) <= 5


def test_from_a_customer_to_port_strand_duct_and_power_and_back(viewer):
    customer = open_code(viewer, "C-1")
    service = viewer.get(links(customer)["FT-1"])
    line = links(service)
    for code in (
        "FB-1/A-01",
        "CB-201/S01:1",
        "SP-1/OUT-01",
        "CB-104/S01:1",
        "OLT-1/0/1/0",
        "OLT-1",
        "CO-1/R01/C01",
        "DCP-1",
        "RECT-1",
        "MAINS-1",
    ):
        assert code in line, code
    assert "CB-201/S01:2" not in line
    for code in ("SEC-1/K01-1", "SEC-5", "CB-104/S01"):
        assert code in line, code
    for code in ("OLT-1/0/1/0", "CB-104/S01:1", "SEC-1/K01-1", "MAINS-1", "CO-1/R01/C01"):
        back = links(viewer.get(f"{line[code]}/users"))
        assert "FT-1" in back and "C-1" in back, code


def test_a_pair_leads_to_the_line_card_and_its_number(viewer):
    service = links(open_code(viewer, "PT-2"))
    for code in ("DP-1/02", "CC-302/S01:2", "XC-1/P-002", "XC-1/M-002", "CC-301/S01:2", "MDF-1/V01-002", "SW-1/0/1/1", "5220002"):
        assert code in service, code
    assert {"PT-2", "C-1"} <= set(links(open_code(viewer, "5220002")))


def test_a_leased_line_follows_its_channels_down_to_the_strands(viewer):
    service = links(open_code(viewer, "LL-S"))
    for code in ("LL-1", "SEC-A", "SEC-Z", "CB-104/S01:3", "CB-104/S01:4", "SDH-1/T1", "SDH-2/T1"):
        assert code in service, code
    drawn = open_code(viewer, "LL-S").text.split('id="line"')[1].split("</ol>")[0]
    way = ["SDH-2/T1", "SEC-A", "SDH-2/L1", "GJ-1/A-03", "CB-104/S02:3", "CB-104/S01:3", "ODF-1/A-03", "SDH-1/L1", "SDH-1/T1"]
    assert [code for _, code in LINK.findall(drawn)][-len(way) :] == way
    assert "LL-S" in links(open_code(viewer, "CB-104/S01:4"))


def test_the_way_of_a_survey_file_stays_inside():
    told = tell("equipment", "source_file", "/srv/in/2026/inside_plant.xlsx/设备", Reader("zh", "viewer"))
    assert told.text == "inside_plant.xlsx/设备"


@pytest.mark.parametrize(
    ("code", "customers", "services", "circuits"),
    [
        ("CB-104/S01:1", 1, 1, 2), ("CB-104/S01", 2, 2, 5), ("CC-302", 1, 4, 4), ("SEC-1", 2, 6, 9), ("SEC-5", 1, 1, 1),
        ("BAT-1", 2, 6, 10),
        ("SW-1", 1, 4, 4), ("OLT-1/0/1/0", 1, 1, 2), ("CB-105/S01", 0, 0, 0), ("PON-1", 1, 1, 2), ("SEC-A", 1, 1, 2), ("OFF-1", 1, 4, 4),
    ],
)  # fmt: skip
def test_users_are_counted_exactly(viewer, code, customers, services, circuits):
    address = open_code(viewer, code).request.path
    page = viewer.get(f"{address}/users").text
    counted = [int(count) for count in re.findall(r"<strong>(\d+)</strong><span>", page)]
    assert counted == [customers, services, circuits]


def test_users_of_offices_and_of_what_feeds_them_follow_the_page(viewer):
    for code in ("CO-1/R01/C01", "MAINS-1", "BRAS-1"):
        page = open_code(viewer, code)
        assert f'data-users="{page.request.path}/users"' in page.text and "used_services" not in page.text
    assert "data-users" not in open_code(viewer, "OLT-1").text
    assert "used_services" in open_code(viewer, "OLT-1").text


def test_long_lists_come_in_pages(viewer, connection):
    page = open_code(viewer, "MDF-1")
    assert "MDF-1/V01-050" in links(page) and "MDF-1/V01-051" not in links(page)
    following = re.search(r'rel="next" href="([^"#]+)', page.text)[1]
    second = links(viewer.get(html.unescape(following)))
    assert "MDF-1/V01-051" in second and "MDF-1/V01-001" not in second


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30, "%00", "999999999999999999"])
def test_bad_pages_are_no_fault(viewer, after):
    assert viewer.get(f"/things/equipment/1?ports={after}").status_code in (200, 404)


@pytest.mark.parametrize(
    "path", ["/things/nothing/1", "/things/structure/999999999", f"/things/structure/{2**63}", "/things?code=NOTHING-77", "/things"]
)
def test_what_is_not_there_answers_404(viewer, path):
    answer = viewer.get(path)
    assert answer.status_code == 404 and "Traceback" not in answer.text


def test_text_of_users_is_escaped(viewer):
    page = open_code(viewer, "MH-1").text
    assert html.escape(HOSTILE, quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page
    assert "<img src=x" not in page


def test_changes_tell_who_and_what(site, viewer):
    page = open_code(viewer, "C-2").text
    assert "clerk" in page and "旧***" in page


@pytest.mark.parametrize("login", ["desk", "admin"])
def test_people_who_may_see_names(site, login):
    client = site.sign_in(login)
    page = open_code(client, "C-1").text
    assert PERSONAL["name"] in page and PERSONAL["phone"] in page and PERSONAL["contact"] in page
    hits = client.get("/api/v1/search", query_string={"q": "演示用户"}).json["hits"]
    assert [hit["name"] for hit in hits] == [PERSONAL["name"]]


def test_search_by_number_customer_service_and_address(viewer):
    for words, kind in (
        ("5220001", "number"),
        ("522-0001", "number"),
        ("C-1", "customer"),
        ("FT-1", "service"),
        ("B-E/101", "address"),
        ("SEC-A", "circuit"),
    ):
        hits = viewer.get("/api/v1/search", query_string={"q": words}).json["hits"]
        assert kind in [hit["kind"] for hit in hits], words
        kinds = [hit["kind"] for hit in hits]
        assert len([1 for one, next_one in zip(kinds, kinds[1:], strict=False) if one != next_one]) + 1 == len(set(kinds))


def test_no_address_tells_a_viewer_anything_personal(site, viewer, connection):
    """Every address that answers a GET, every record, every panel of the map, every search and tile."""
    answers = {}
    for kind in KINDS:
        keys = keys_of(connection, kind)
        for key in {*keys[:12], *keys[-12:]}:
            answers[f"/things/{kind}/{key}"] = None
            answers[f"/things/{kind}/{key}/users"] = None
            answers[f"/api/v1/things/{kind}/{key}"] = None
            answers[f"/api/v1/things/{kind}/{key}/users"] = None
    for rule in site.app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.arguments:
            answers[rule.rule] = None
    for words in (*PERSONAL.values(), "演示", "1381234", "C-1", "C-2"):
        answers[f"/api/v1/search?q={words}"] = None
    for layer in site.app.extensions["netgrid.layers"].layers.values():
        answers[f"/tiles/{layer.name}/{layer.zoom_min}/{2**layer.zoom_min * 292 // 360}/{2**layer.zoom_min * 413 // 1000}.mvt"] = None
    for path in answers:
        body = viewer.get(path).get_data()
        for what, told in PERSONAL.items():
            assert told.encode() not in body, (path, what)
    assert len(answers) > 300
    seen = site.sign_in("desk")
    assert any(PERSONAL["name"].encode() in seen.get(path).get_data() for path in answers if "/customer/" in path)


def test_a_click_tells_who_uses_it(viewer, statements):
    hit = next(hit for hit in viewer.get("/api/v1/search?q=SEC-1").json["hits"] if hit["code"] == "SEC-1")
    del statements[:]
    thing = viewer.get(f"/api/v1/things/section/{hit['id']}").json
    assert thing["record"] == f"/things/section/{hit['id']}"
    assert len(statements) <= 9
    del statements[:]
    users = viewer.get(f"/api/v1/things/section/{hit['id']}/users").json["users"]
    assert (users["customers"], users["services"], users["circuits"]) == (2, 6, 9)
    assert sum(one["count"] for one in users["segments"]) == 2
    assert len(statements) <= 3
    assert viewer.get("/api/v1/things/nothing/1/users").status_code == 404


@pytest.mark.parametrize("code", ["B-E", "OFF-1", "SEC-A", "UL-1"])
def test_panels_of_the_new_layers(viewer, code):
    hit = next(hit for hit in viewer.get("/api/v1/search", query_string={"q": code}).json["hits"] if hit["code"] == code)
    assert hit["on_map"]
    thing = viewer.get(f"/api/v1/things/{hit['kind']}/{hit['id']}").json
    assert thing["code"] == code and thing["geometry"]


def test_the_role_of_the_desk_is_named(site):
    assert "Service desk" in site.sign_in("desk").get("/").text
    assert PASSWORD


def test_a_code_of_several_things_offers_them(viewer):
    assert open_code(viewer, "5220000").text.count("ng-row-text") == 2
