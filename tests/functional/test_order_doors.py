"""Qualification, reservations and orders through the API, the pages and the commands; and many callers at once."""

import io
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.commands import TokenWish
from app.core.database import transaction
from app.network.queries.tallies import list_tally_differences
from app.operations.rules.lines import products
from app.services.commands.tallies import FAMILIES, settle_all_tallies
from tests.conftest import REGION
from tests.factories.lines import FREE_FTTH, FREE_POTS
from tests.factories.plant import insert_card, install
from tests.people import add_people, bring_token, come_in
from tests.site import HOSTILE, add_idle_vlans, open_site, read_token, recorded_statements
from tests.town import EAST, WEST

pytestmark = pytest.mark.functional
FTTH = {"address": "B-E/101", "product": "ftth", "rate": 100}
POTS = {"address": "B-W/101", "product": "pots"}
CLERKS = 64


@pytest.fixture(scope="module")
def site(engine):
    with open_site(engine, in_use=True) as site:
        add_idle_vlans(engine, site, 56)
        yield site


@pytest.fixture(scope="module")
def people(site, engine):
    west = (f"{REGION}/{WEST}",)
    roles = {"centre": ("resource_centre", None), "builder": ("field", None), "looker": ("viewer", None), "west": ("front_office", west)}
    return add_people(engine, roles)


@pytest.fixture(scope="module")
def programs(site, engine, people):
    return {name: bring_token(site, engine, key, TokenWish(name, "write")) for name, key in people.items()}


@pytest.fixture(scope="module")
def centre(programs):
    return programs["centre"]


def create(client, path, body, key=None):
    return client.post(f"/api/v1{path}", json=body, headers={"Idempotency-Key": key or str(uuid.uuid4())})


def change(client, path, body=None, seen=None):
    """What an order or a reservation answers to a change; the version is read first where none is given."""
    seen = seen or client.get("/api/v1" + path.rpartition("/")[0]).headers["ETag"]
    return client.post(f"/api/v1{path}", json=body or {}, headers={"If-Match": seen})


def read_sheet(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def count(engine, sql):
    with engine.connect() as connection:
        return connection.execute(text(sql), {"region": REGION}).scalar()


def differences(engine):
    with Session(engine) as session:
        return list_tally_differences(session, REGION, FAMILIES)


def test_address_to_active_to_removed_by_programs(site, engine, centre):
    told = centre.get("/api/v1/qualifications", query_string=FTTH).json
    assert told["verdict"] == "yes" and told["lines"][0]["plant_m"] == 725
    assert told["path"]["features"][0]["geometry"]["type"] == "LineString"
    body = {"kind": "install", **FTTH, "customer": "C-1", "service": "NEW-1"}
    opened = create(centre, "/orders", body, "first")
    assert opened.status_code == 201, opened.json
    again = create(centre, "/orders", body, "first")
    assert again.json == opened.json and again.headers["Idempotency-Replayed"] == "true"
    code, order, seen = opened.json["code"], opened.json, opened.headers["ETag"]
    assert opened.headers["Location"] == f"/api/v1/orders/{code}"
    assert centre.post(f"/api/v1/orders/{code}/steps", json={"step": "survey"}).status_code == 428
    stale = change(centre, f"/orders/{code}/steps", {"step": "survey"}, '"1"')
    assert (stale.status_code, stale.json["code"]) == (412, "STALE") and stale.json["found"]["actor"] == "centre"
    while order["state"] == "open":
        answer = change(centre, f"/orders/{code}/steps", {"step": order["step"]}, seen)
        assert answer.status_code == 200, answer.json
        order, seen = answer.json, answer.headers["ETag"]
        assert differences(engine) == [], order["step"]
    assert (order["state"], order["service"]) == ("closed", "NEW-1")
    assert count(engine, "SELECT count(*) FROM service WHERE region_id = :region AND code = 'NEW-1' AND state = 'active'") == 1
    removal = create(centre, "/orders", {"kind": "remove", "service": "NEW-1"}).json
    for step in [row["step"] for row in removal["steps"]]:
        assert change(centre, f"/orders/{removal['code']}/steps", {"step": step}).status_code == 200
    assert count(engine, "SELECT state FROM service WHERE region_id = :region AND code = 'NEW-1'") == "terminated"
    found = f"(SELECT id FROM work_order WHERE region_id = :region AND code = '{code}')"
    assert count(engine, f"SELECT count(*) FROM change WHERE region_id = :region AND order_id = {found}") == 9
    assert differences(engine) == []


def test_the_journal_speaks_the_readers_words(site, people, centre):
    browser = come_in(site, people["centre"], "zh")
    versions = [row["version"] for row in centre.get("/api/v1/journal?limit=30").json["items"]]
    pages = "".join(browser.get(f"/journal/{version}").text for version in versions)
    pages += browser.get("/journal?code=OLT-1/0/1/5&at=2030-01-01").text
    assert [word for word in ("使用状态: 预占", "工单环节", "业务状态: 在用") if word not in pages] == []
    told = re.sub(r"<[^>]*>", " ", pages)
    raw = {"in_service", "in_use", "reserved", "releasing", "held", "pots", "circuit_carrier", "work_order_step", "True"}
    assert not raw & set(re.findall(r"\w+", told))


def test_a_hop_is_changed_before_the_order_goes_on(centre):
    order = create(centre, "/orders", {"kind": "install", **FTTH, "customer": "C-1"}).json
    for step in ("survey", "design", "reserve"):
        order = change(centre, f"/orders/{order['code']}/steps", {"step": step}).json
    ports = [hop["code"] for hop in order["design"]["hops"] if hop["kind"] == "port" and hop["why"] != "tree"]
    others = [f"FB-1/A-{no:02}" for no in range(1, 13) if f"FB-1/A-{no:02}" not in ports]
    tried = [change(centre, f"/orders/{order['code']}/design", {"ports": [port]}) for port in others[:6]]
    chosen = [(port, answer.json) for port, answer in zip(others, tried, strict=False) if answer.status_code == 200]
    assert chosen and chosen[-1][0] in [hop["code"] for hop in chosen[-1][1]["design"]["hops"]]
    assert chosen[-1][1]["step"] == "reserve" and chosen[-1][1]["reservation"] is None
    refused = change(centre, f"/orders/{order['code']}/design", {"ports": ["SW-1/0/1/1"]})
    assert refused.status_code in (404, 409)
    assert change(centre, f"/orders/{order['code']}/cancel", {"reason": "withdrawn"}).json["state"] == "cancelled"


def test_shape_of_tmf645(centre):
    part = {"service": {"serviceSpecification": {"name": "pots"}, "place": [{"id": "B-W/101"}]}}
    answer = centre.post("/api/v1/tmf645/checkServiceQualification", json={"serviceQualificationItem": [part]})
    assert answer.status_code == 201 and answer.json["qualificationResult"] == "qualified"
    assert answer.json["serviceQualificationItem"][0]["service"] == part["service"]
    bad = centre.post("/api/v1/tmf645/checkServiceQualification", json={"serviceQualificationItem": [{"service": {}}]})
    assert bad.status_code in (400, 422)


def test_batch_answers_every_row(centre):
    rows = centre.post("/api/v1/qualifications", json={"addresses": ["B-E/101", "NO/1", "B-W/101"], "product": "pots"}).json["items"]
    assert [row["verdict"] for row in rows][1:] == [None, "yes"] and rows[1]["error"]["code"] == "CODE_UNKNOWN"


def test_a_list_of_addresses_comes_back_as_a_workbook(site, people, centre):
    def ask(content, name="list.csv"):
        given = {"list": (io.BytesIO(content.encode()), name), "product": "pots"}
        return centre.post("/api/v1/qualifications.xlsx?lang=en", data=given, content_type="multipart/form-data")

    answer = ask("note,address\nx,B-W/101\ny,=NO/1\n")
    assert answer.status_code == 200, answer.text
    sheet = read_sheet(answer.data)
    assert sheet[0][:3] == ["Row", "Address", "Answer"]
    assert sheet[1][:4] == [2, "B-W/101", "Yes", "DP-1"] and sheet[2][1] == "=NO/1" and sheet[2][-1].startswith("Nothing is called =NO/1")
    assert ask("note\nx\n").json["code"] == "COLUMN_MISSING" and ask("address\n1\n", "list.gpkg").json["code"] == "FILE_KIND"
    assert ask("address\n" + "B-W/101\n" * 201).json["code"] == "ROWS_MANY"
    browser = come_in(site, people["centre"], "zh")
    sent = (io.BytesIO("地址\nB-W/101\nNO/1\n".encode("gb18030")), "表.csv")
    form = {"list": sent, "product": "pots", "csrf_token": read_token(browser, "/qualify")}
    page = browser.post("/qualify/list", data=form, content_type="multipart/form-data")
    assert read_sheet(page.data)[1][2] == "可装" and read_sheet(page.data)[2][-1].startswith("没有叫“NO/1”的资源")


def test_why_not_is_told_in_the_callers_language(programs, centre):
    asked = {name: {"address": "B-W/101", "product": name, "rate": 100} for name in products()}
    lacking = [one for one in asked.values() if centre.get("/api/v1/qualifications", query_string=one).json["verdict"] != "yes"]
    body = {**lacking[0], "reason": "test"}
    for language in ("zh", "en"):
        answer = centre.post("/api/v1/reservations", json=body, headers={"Idempotency-Key": str(uuid.uuid4()), "Accept-Language": language})
        assert answer.status_code == 409 and answer.json["code"] == "NO_LINE", answer.json
        assert bool(re.search(r"[一-鿿]", answer.json["found"])) == (language == "zh")


def test_a_point_is_answered_where_it_lies_in_the_callers_area(engine, programs):
    spot = (
        "SELECT ST_X(g.p) || ' ' || ST_Y(g.p)"
        " FROM (SELECT ST_PointOnSurface(geom) AS p FROM grid WHERE region_id = :region AND code = '{}') g"
    )
    for code, status in ((WEST, 200), (EAST, 404)):
        lon, lat = map(float, count(engine, spot.format(code)).split())
        answer = programs["west"].get("/api/v1/qualifications", query_string={"product": "pots", "lon": lon, "lat": lat})
        assert answer.status_code == status, answer.json
    assert answer.json["code"] == "PLACE_ELSEWHERE"


def test_roles_keep_people_from_steps_that_are_not_theirs(programs, centre):
    assert create(programs["looker"], "/reservations", {**FTTH, "reason": "x"}).status_code == 403
    code = create(centre, "/orders", {"kind": "install", **FTTH, "customer": "C-1"}).json["code"]
    assert change(programs["builder"], f"/orders/{code}/steps", {"step": "survey"}).status_code == 403
    assert change(centre, f"/orders/{code}/pause", {"reason": "no time"}).status_code == 422
    assert change(centre, f"/orders/{code}/pause", {"reason": "weather"}).json["state"] == "paused"
    told = centre.get("/api/v1/orders?state=paused").json["items"][0]
    assert told["lateness"] == "paused" and centre.get(f"/api/v1/orders/{code}").json["pauses"][0]["reason"] == "weather"
    assert programs["west"].get(f"/api/v1/orders/{code}").status_code == 404
    assert code not in [row["code"] for row in programs["west"].get("/api/v1/orders").json["items"]]
    assert change(centre, f"/orders/{code}/cancel", {"reason": "withdrawn"}).json["state"] == "cancelled"


def test_late_orders_come_first_and_lists_are_turned_page_by_page(engine, centre):
    codes = [create(centre, "/orders", {"kind": "install", **POTS, "customer": "C-1"}).json["code"] for _ in range(4)]
    earlier = {codes[2]: "10 hours", codes[1]: "7 hours"}
    with transaction(engine, "test", "test") as session:
        for code, hours in earlier.items():
            given = {"region": REGION, "code": code, "hours": hours}
            moved = "UPDATE work_order SET opened_at = opened_at - CAST(:hours AS interval) WHERE region_id = :region AND code = :code"
            given["id"] = session.execute(text(f"{moved} RETURNING id"), given).scalar_one()
            moved = "UPDATE work_order_step SET due_at = due_at - CAST(:hours AS interval) WHERE region_id = :region AND order_id = :id"
            session.execute(text(moved), given)
    rows = centre.get("/api/v1/orders?sort=due&kind=install&of=C-1").json["items"]
    assert [(row["code"], row["lateness"]) for row in rows[:3]] == [(codes[2], "late"), (codes[1], "near"), (codes[0], "in_time")]
    assert [row["code"] for row in centre.get("/api/v1/orders?lateness=late").json["items"]] == [codes[2]]
    for sort, expected in (("due", [codes[2], codes[1], codes[0], codes[3]]), ("newest", codes[::-1])):
        seen, after = [], ""
        while after is not None:
            asked = {"state": "open", "limit": 3, "sort": sort, **({"after": after} if after else {})}
            page = centre.get("/api/v1/orders", query_string=asked)
            seen, after = seen + [row["code"] for row in page.json["items"]], page.json["next"]
        assert seen == expected
    assert centre.get("/api/v1/orders?after=x").json["code"] == "PAGE_BAD"
    for code in codes:
        change(centre, f"/orders/{code}/cancel", {"reason": "x"})


def test_a_cutover_and_its_sheet(engine, centre, site, people):
    with transaction(engine, "test", "test") as session:
        second = install(session, REGION, "SW-2", "SW-32", site.town.structure["CO-1"])
        insert_card(session, REGION, second, "0/1", "LC-32")
        named = "INSERT INTO code_index (region_id, code_key, kind, id, code) VALUES (:region, 'SW-2', 'equipment', :id, 'SW-2')"
        session.execute(text(named), {"region": REGION, "id": second})
        settle_all_tallies(session, REGION)
    assert create(centre, "/cutovers", {"source": "SW-1", "target": "SW-1"}).json["code"] == "SAME_EQUIPMENT"
    assert create(centre, "/cutovers", {"source": "SW-1", "target": "OLT-1"}).json["code"] == "CUTOVER_CONFLICT"
    order = create(centre, "/cutovers", {"source": "SW-1", "target": "SW-2"}).json
    place = f"/cutovers/{order['code']}"
    assert len(order["moves"]) >= 4 and change(centre, f"{place}/run").json["code"] == "CUTOVER_NOT_APPROVED"
    for step in ("survey", "design", "reserve", "approve"):
        assert change(centre, f"/orders/{order['code']}/steps", {"step": step}).status_code == 200
    assert [move["state"] for move in change(centre, f"{place}/run", {"count": 2}).json["moves"]].count("done") == 2
    assert {move["state"] for move in change(centre, f"{place}/rollback").json["moves"]} == {"planned"}
    sheet = read_sheet(centre.get(f"/api/v1{place}/sheet.xlsx?lang=en").data)
    assert sheet[0][1:4] == ["Port before", "Port after", "Port now"] and sheet[1][1] == sheet[1][3]
    assert len(sheet) == len(order["moves"]) + 1
    browser = come_in(site, people["centre"], "zh")
    page = browser.get(f"/orders/{order['code']}").text
    given = {"csrf_token": read_token(browser, "/orders"), "version": page.split('name="version" value="')[1].split('"')[0]}
    assert "割接前端口" in page and browser.post(f"/orders/{order['code']}", data={**given, "act": "run"}).status_code == 302
    assert differences(engine) == []
    assert {move["state"] for move in change(centre, f"{place}/rollback").json["moves"]} == {"planned"}
    assert change(centre, f"/orders/{order['code']}/cancel", {"reason": "x"}).status_code == 200 and differences(engine) == []


def test_projects_hear_at_once_that_another_has_claimed(engine, centre, site, people):
    for code in ("PRJ-A", "PRJ-B"):
        assert create(centre, "/projects", {"code": code, "name_zh": "新建"}).status_code == 201
    strand = "CB-104/S01:8"
    assert create(centre, "/projects/PRJ-A/claims", {"things": [strand]}).json["claims"] == 1
    lost = create(centre, "/projects/PRJ-B/claims", {"things": [strand]})
    assert (lost.status_code, lost.json["code"], lost.json["found"]) == (409, "CLAIMED", "PRJ-A")
    assert create(centre, "/projects/PRJ-B/claims", {"things": ["CO-1/R01/C01@side:3"]}).json["code"] == "UNIT_BAD"
    browser = come_in(site, people["centre"], "en")
    page = browser.get("/works").text
    part = page.split('data-code="PRJ-A"')[1]
    given = {"csrf_token": read_token(browser, "/works"), "version": part.split('name="version" value="')[1].split('"')[0]}
    assert browser.post("/works/projects/PRJ-A", data={**given, "version": "1", "act": "cancel"}).status_code == 422
    assert browser.post("/works/projects/PRJ-A", data={**given, "act": "cancel"}).status_code == 302
    assert centre.get("/api/v1/projects/PRJ-A").json["state"] == "cancelled" and differences(engine) == []
    assert create(centre, "/projects/PRJ-B/claims", {"things": [strand]}).status_code == 201
    assert [change(centre, "/projects/PRJ-B/accept").json["state"] for _ in range(2)] == ["built", "closed"]
    assert differences(engine) == []


def test_next_free_numbers_vlans_and_prefixes_are_each_given_out_once(engine, centre):
    def ask(no):
        body = [{"kind": "number", "at": "SW-1"}, {"kind": "vlan", "at": "OLT-1"}][no % 2]
        return create(centre, "/pool-reservations", {**body, "reason": "other system"})

    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(ask, range(40)))
    assert {answer.status_code for answer in told} <= {201, 409}
    won = [answer.json for answer in told if answer.status_code == 201]
    taken = [one["number"] or one["vlan"] for one in won]
    assert len(taken) == len(set(taken)) and {bool(one["number"]) for one in won} == {True, False}
    ruled = create(centre, "/pool-reservations", {"kind": "number", "at": "SW-1", "like": "9*", "reason": "x"})
    assert (ruled.status_code, ruled.json["code"]) == (409, "NO_NUMBER")
    with transaction(engine, "test", "test") as session:
        made = "INSERT INTO ip_prefix (region_id, routing_table, prefix, use) VALUES (:region, 'main', '10.9.0.0/29', 'idle')"
        session.execute(text(made), {"region": REGION})
    wish = {"kind": "prefix", "at": "10.9.0.0/29", "length": 30, "reason": "x"}
    prefixes = [create(centre, "/pool-reservations", wish) for _ in range(3)]
    assert [answer.json.get("prefix") for answer in prefixes] == ["10.9.0.0/30", "10.9.0.4/30", None]
    assert prefixes[2].json["code"] == "PREFIX_FULL"
    for one in [*won, *(answer.json for answer in prefixes[:2])]:
        assert change(centre, f"/reservations/{one['code']}/release").json["state"] == "released"
    again = create(centre, "/pool-reservations", wish).json
    assert again["prefix"] == "10.9.0.0/30" and differences(engine) == []
    assert change(centre, f"/reservations/{again['code']}/release").status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_lead_from_the_question_to_the_service(site, engine, people, language):
    client = come_in(site, people["centre"], language)
    page = client.get("/qualify", query_string=POTS)
    assert page.status_code == 200 and 'data-verdict="yes"' in page.text and "DP-1/0" in page.text
    assert client.get("/qualify?address=112.2330,30.0582&product=pots").status_code == 200
    wrong = client.get("/qualify?address=NO/1&product=ftth")
    assert wrong.status_code == 422 and ("没有叫“NO/1”的资源" if language == "zh" else "Nothing is called NO/1") in wrong.text
    token = read_token(client, "/orders")
    reserved = client.post("/qualify", data={"csrf_token": token, "reason": HOSTILE, **POTS, "port": "DP-1/07"})
    assert reserved.status_code in (302, 422)
    assert client.post("/qualify", data={"csrf_token": token, "reason": HOSTILE, **POTS}).status_code == 302
    page = client.get("/reservations").text
    assert HOSTILE not in page and "alert(1)" in page
    held, version = page.split('data-code="')[1].split('"')[0], page.split('name="version" value="')[1].split('"')[0]
    kept = {"csrf_token": token, "act": "extend", "version": version}
    assert client.post(f"/reservations/{held}", data=kept).status_code == 302
    assert client.post(f"/reservations/{held}", data={**kept, "act": "release"}).status_code == 422
    version = client.get("/reservations").text.split('name="version" value="')[1].split('"')[0]
    assert client.post(f"/reservations/{held}", data={**kept, "act": "release", "version": version}).status_code == 302
    form = {"csrf_token": token, "kind": "install", "customer": "C-1", "address": POTS["address"], "given_product": "pots"}
    assert client.post("/orders", data={**form, "customer": "NOBODY"}).status_code == 422
    opened = client.post("/orders", data=form)
    assert opened.status_code == 302, opened.text
    for turn in range(8):
        page = client.get(opened.location).text
        step, version = (page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("step", "version"))
        given = {"csrf_token": token, "version": version}
        if turn == 2:
            assert client.post(opened.location, data={**given, "act": "redesign", "instead": "DP-1/NO"}).status_code == 422
            assert client.post(opened.location, data={**given, "act": "pause", "reason": ""}).status_code == 422
        assert client.post(opened.location, data={**given, "act": "step", "step": step}).status_code == 302
        assert client.post(opened.location, data={**given, "act": "step", "step": step}).status_code == 422
    assert 'data-state="closed"' in client.get(opened.location).text
    assert client.get("/orders?sort=newest&state=closed").text.count("<tr data-lateness") > 0
    assert client.get("/orders?of=NOBODY").status_code == 422
    assert differences(engine) == []


def test_sixty_four_clerks_get_each_line_once_and_losers_hear_the_winner(site, engine, centre):
    owner = site.town.equipment["DP-1"]
    idle = count(engine, f"SELECT count(*) FROM port WHERE region_id = :region AND equipment_id = {owner} AND use = 'idle'")
    # The pair behind one of the terminals is faulty.
    free = {"ftth": FREE_FTTH, "pots": idle - 1}
    assert free["pots"] <= FREE_POTS

    def ask(no):
        return create(centre, "/reservations", {**(FTTH if no % 2 else POTS), "reason": f"clerk {no}"})

    with ThreadPoolExecutor(CLERKS) as pool:
        answers = list(pool.map(ask, range(CLERKS)))
    won = [answer.json for answer in answers if answer.status_code == 201]
    lost = [answer.json for answer in answers if answer.status_code == 409]
    assert len(won) + len(lost) == CLERKS, {answer.status_code: answer.text for answer in answers if answer.status_code not in (201, 409)}
    assert len(won) == sum(free.values())
    taken = [hop["code"] for one in won for hop in one["hops"]] + [one["number"] or one["vlan"] for one in won]
    assert len(taken) == len(set(taken))
    assert {one["code"] for one in lost} <= {"NONE_FREE", "NO_LINE"} and all(one["found"] for one in lost)
    assert any("RV-" in one["found"] for one in lost)
    assert differences(engine) == []
    with ThreadPoolExecutor(8) as pool:
        freed = list(pool.map(lambda one: change(centre, f"/reservations/{one['code']}/release").status_code, won))
    assert set(freed) == {200} and differences(engine) == []
    assert count(engine, "SELECT count(*) FROM circuit WHERE region_id = :region AND use = 'reserved'") == 0


def test_taking_and_giving_back_at_once_never_lock_each_other_out(engine, centre):
    def go(no):
        told = []
        for _ in range(5):
            answer = create(centre, "/reservations", {**FTTH, "reason": f"clerk {no}"})
            told.append(answer.status_code)
            if answer.status_code == 201:
                told.append(change(centre, f"/reservations/{answer.json['code']}/release", seen=answer.headers["ETag"]).status_code)
        return told

    with ThreadPoolExecutor(16) as pool:
        told = {status for one in pool.map(go, range(16)) for status in one}
    assert told <= {200, 201, 409} and {200, 201} <= told
    assert differences(engine) == [] and count(engine, "SELECT count(*) FROM circuit WHERE region_id = :region AND use = 'reserved'") == 0


def test_lists_ask_no_more_because_there_is_more(site, centre):
    counts = []
    with recorded_statements(site.app) as sent:
        for _ in range(2):
            del sent[:]
            centre.get("/api/v1/orders")
            counts.append(len(sent))
            for _ in range(3):
                code = create(centre, "/orders", {"kind": "install", **FTTH, "customer": "C-1"}).json["code"]
                change(centre, f"/orders/{code}/cancel", {"reason": "x"})
        del sent[:]
        centre.get("/api/v1/qualifications", query_string=FTTH)
        asked = len(sent)
    assert counts[0] == counts[1] <= 4 and asked <= 22
