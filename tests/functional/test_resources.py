"""Resources for programs: pages by key, filters, fields and orders by allow-list, versions as ETags, creates done once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.commands import TokenWish
from app.core.database import transaction
from app.core.errors import PROBLEM_TYPE
from app.network.queries.tallies import list_tally_differences
from app.reports.records.kinds import KINDS
from tests.conftest import REGION
from tests.people import add_people, bring_token, come_in
from tests.site import open_site, recorded_statements
from tests.town import EAST, WEST

pytestmark = pytest.mark.functional
ROOT = "/api/v1/resources"


@pytest.fixture(scope="module")
def site(engine):
    names = {"name": "王小明", "contact": "王小明", "phone": "13812340001", "old name": "旧"}
    with open_site(engine, in_use=True, personal=names) as site:
        yield site


@pytest.fixture(scope="module")
def people(site, engine):
    west = (f"{REGION}/{WEST}",)
    return add_people(engine, {
        "centre": ("resource_centre", None), "looker": ("viewer", None), "crew": ("field", west), "counter": ("front_office", west),
        "auditor": ("auditor", None), "clerk": ("maintenance", west),
    })  # fmt: skip


@pytest.fixture(scope="module")
def centre(site, engine, people):
    return bring_token(site, engine, people["centre"], TokenWish("centre", "write"))


@pytest.fixture(scope="module")
def looker(site, engine, people):
    return bring_token(site, engine, people["looker"], TokenWish("looker", "write"))


def find(client, kind: str, code: str) -> str:
    hits = client.get("/api/v1/search", query_string={"q": code}).json["hits"]
    return next(hit["id"] for hit in hits if (hit["kind"], hit["code"]) == (kind, code))


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_is_read_by_pages_and_alone(centre, kind):
    seen, after = [], None
    limit = 200 if kind in ("port", "conductor", "joint") else 3
    while True:
        page = centre.get(f"{ROOT}/{kind}", query_string={"limit": limit, **({"after": after} if after else {})})
        assert page.status_code == 200, page.text
        seen += [item["id"] for item in page.json["items"]]
        after = page.json["next"]
        if not after or len(seen) > 300:
            break
    assert len(seen) == len(set(seen))
    if seen:
        one = centre.get(f"{ROOT}/{kind}/{seen[-1]}")
        assert one.status_code == 200 and one.headers["ETag"] == f'"{one.json["change_id"]}"' and one.json["id"] == seen[-1]
        assert centre.get(f"{ROOT}/{kind}/{seen[-1]}", headers={"If-None-Match": one.headers["ETag"]}).status_code == 304
        later = centre.get(f"{ROOT}/{kind}/{seen[-1]}?as_of=2099-01-01").json
        assert {**later, "geometry": None} == {**one.json, "geometry": None}


def test_orders_filters_and_fields(centre):
    codes = [item["code"] for item in centre.get(f"{ROOT}/structure?sort=-code&fields=code").json["items"]]
    assert codes == sorted(codes, reverse=True) and len(codes) > 5
    pages, after = [], ""
    while after is not None:
        body = centre.get(f"{ROOT}/structure?sort=-code&fields=code&limit=2{after and '&after=' + after}").json
        pages += [item["code"] for item in body["items"]]
        after = body["next"]
    assert pages == codes
    found = centre.get(f"{ROOT}/structure?filter=kind:pole&filter=life:in_service").json["items"]
    assert {item["code"] for item in found} == {"P-1", "P-2"} and found[0]["geometry"]["type"] == "Point"
    assert centre.get(f"{ROOT}/structure?filter=name_en:").status_code == 200
    assert set(found[0]) > {"kind", "id", "change_id"}
    assert set(centre.get(f"{ROOT}/structure?fields=life").json["items"][0]) == {"kind", "id", "life"}


@pytest.mark.parametrize(
    ("query", "code", "known"),
    [
        ("filter=colour:red", "FILTER_UNKNOWN", "life"), ("filter=life", "FILTER_UNKNOWN", ""), ("sort=geom", "SORT_UNKNOWN", "-code"),
        ("fields=code,colour", "FIELD_UNKNOWN", "geometry"), ("after=x", "PAGE_BAD", ""), ("after=WzEsMl0", "PAGE_BAD", ""),
        ("filter=built_on:soon", "FILTER_VALUE", ""), ("filter=grid_id:99999999999999999999", "FILTER_VALUE", ""),
    ],
)  # fmt: skip
def test_unknown_names_are_a_400_that_tells_the_known_ones(centre, query, code, known):
    answer = centre.get(f"{ROOT}/structure?sort=code&{query}" if "sort" not in query else f"{ROOT}/structure?{query}")
    assert (answer.status_code, answer.json["code"], answer.content_type) == (400, code, PROBLEM_TYPE)
    assert answer.json["status"] == 400 and known in (answer.json["expected"] or "")


def test_what_is_personal_is_masked_and_no_filter_for_viewers(centre, looker):
    assert "王小明" in centre.get(f"{ROOT}/customer").text and "王小明" not in looker.get(f"{ROOT}/customer").text
    assert looker.get(f"{ROOT}/customer?filter=name:王小明").status_code == 400
    assert centre.get(f"{ROOT}/customer?filter=name:王小明").json["items"][0]["code"] == "C-1"


def test_lists_keep_to_the_area_and_ask_few_statements(site, people):
    crew = come_in(site, people["crew"])
    counts = []
    for limit in (1, 200):
        with recorded_statements(site.app) as sent:
            codes = {item["code"] for item in crew.get(f"{ROOT}/structure?limit={limit}").json["items"]}
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 6, counts
    assert codes == {"CO-1", "MH-1", "MH-2", "HH-3", "JC-1"}
    for kind in KINDS:
        assert crew.get(f"{ROOT}/{kind}").status_code == 200, kind
    assert all(item["id"] for item in crew.get(f"{ROOT}/grid").json["items"]) and len(crew.get(f"{ROOT}/grid").json["items"]) == 1


def test_an_edit_needs_the_version_and_a_stale_one_is_told_the_change(centre, engine):
    key = find(centre, "structure", "MH-2")
    path = f"{ROOT}/structure/{key}"
    first = centre.get(path)
    missing = centre.patch(path, json={"name_zh": "甲"})
    assert (missing.status_code, missing.json["code"]) == (428, "VERSION_MISSING")
    edited = centre.patch(path, json={"name_zh": "人民路2号井", "verified": True}, headers={"If-Match": first.headers["ETag"]})
    assert edited.status_code == 200 and edited.json["name_zh"] == "人民路2号井" and edited.json["verified_by"] == "centre"
    assert edited.headers["ETag"] == centre.get(path).headers["ETag"] != first.headers["ETag"]
    stale = centre.patch(path, json={"name_zh": "乙"}, headers={"If-Match": first.headers["ETag"]})
    assert (stale.status_code, stale.json["code"]) == (412, "STALE")
    found = stale.json["found"]
    assert found["actor"] == "centre" and found["columns"]["name_zh"] == [None, "人民路2号井"]
    assert found["change_id"] == edited.json["change_id"]
    assert find(centre, "structure", "MH-2") == key and "人民路2号井" in centre.get("/api/v1/search?q=人民路").text
    with engine.connect() as connection:
        sql = text("SELECT actor, source FROM change WHERE region_id = :r AND id = :c")
        who = connection.execute(sql, {"r": REGION, "c": int(found["change_id"])}).one()
    assert tuple(who) == ("centre", "api")
    difference = centre.get(f"{path}/difference?earlier=2001-01-01&later=2099-01-01").json
    assert difference["what"] == "came"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"health": "ill"}, 422), ({"life": "retired"}, 422), ({}, 422), ({"name_zh": "x" * 300}, 422), ({"name_zh": "a\x00b"}, 422),
        ({"verified": False}, 422),
    ],
)
def test_bad_edits_are_refused(centre, body, status):
    path = f"{ROOT}/structure/{find(centre, 'structure', 'MH-2')}"
    answer = centre.patch(path, json=body, headers={"If-Match": centre.get(path).headers["ETag"]})
    assert answer.status_code == status and answer.content_type == PROBLEM_TYPE
    assert centre.patch(path, json={"health": "ok"}, headers={"If-Match": '"x"'}).status_code == 400


def test_health_of_a_port_changes_its_counts(centre, engine):
    port = next(item for item in centre.get(f"{ROOT}/port?filter=use:idle&filter=role:plain&filter=health:ok").json["items"])
    path = f"{ROOT}/port/{port['id']}"
    assert centre.patch(path, json={"health": "blocked"}, headers={"If-Match": f'"{port["change_id"]}"'}).json["health"] == "blocked"
    with Session(engine) as session:
        assert list_tally_differences(session, REGION) == []


def test_only_who_may_edits_and_only_inside_the_area(site, engine, people, centre, looker):
    path = f"{ROOT}/structure/{find(centre, 'structure', 'FC-1')}"
    seen = {"If-Match": centre.get(path).headers["ETag"]}
    assert looker.patch(path, json={"health": "ok"}, headers=seen).status_code == 403
    crew = bring_token(site, engine, people["crew"], TokenWish("crew", "write"))
    assert crew.patch(path, json={"health": "ok"}, headers=seen).status_code == 404
    reader = bring_token(site, engine, people["centre"], TokenWish("reader", "read"))
    assert reader.patch(path, json={"health": "ok"}, headers=seen).json["code"] == "SCOPE_READ"
    by_cookie = come_in(site, people["centre"])
    assert by_cookie.patch(path, json={"health": "ok"}, headers=seen).json["code"] == "CSRF_TOKEN_MISSING"


WAIT = {"lon": 112.2305, "lat": 30.059, "segment": "public", "product": "ftth", "reason": "no_port"}


def test_a_create_is_done_once_also_when_its_reply_was_lost(site, engine, people, centre):
    wait, path = WAIT, "/api/v1/unmet-requests"
    assert centre.post(path, json=wait).json["code"] == "IDEMPOTENCY_KEY_MISSING"
    keyed = {"Idempotency-Key": "one"}
    first = centre.post(path, json=wait, headers=keyed)
    assert first.status_code == 201 and centre.get(first.headers["Location"]).json["code"] == first.json["code"]
    again = centre.post(path, json=wait, headers=keyed)
    assert (again.status_code, again.json, again.headers["ETag"]) == (201, first.json, first.headers["ETag"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert centre.post(path, json={**wait, "product": "adsl"}, headers=keyed).status_code == 422
    assert centre.post(path, json={**wait, "code": first.json["code"]}, headers={"Idempotency-Key": "two"}).json["code"] == "CODE_TAKEN"
    header = centre.environ_base["HTTP_AUTHORIZATION"]
    with ThreadPoolExecutor(8) as pool:
        given = {"Authorization": header, "Idempotency-Key": "many"}
        send = lambda _: site.app.test_client(use_cookies=False).post(path, json=wait, headers=given)  # noqa: E731
        answers = list(pool.map(send, range(8)))
    assert {answer.status_code for answer in answers} == {201} and len({answer.json["id"] for answer in answers}) == 1
    counter = bring_token(site, engine, people["counter"], TokenWish("counter", "write"))
    assert counter.post(path, json={**wait, "lon": 112.2345}, headers={"Idempotency-Key": "far"}).status_code == 404
    assert counter.post(path, json=wait, headers={"Idempotency-Key": "near"}).status_code == 201


def test_the_journal_is_read_by_who_may_and_within_the_area(site, engine, people, looker):
    auditor = bring_token(site, engine, people["auditor"], TokenWish("audit"))
    with transaction(engine, "night", "test") as session:
        session.execute(text("UPDATE structure SET name_en = 'east' WHERE region_id = :r AND code = 'FC-1'"), {"r": REGION})
    with transaction(engine, "night", "test") as session:
        session.execute(text("UPDATE structure SET name_en = 'west' WHERE region_id = :r AND code = 'JC-1'"), {"r": REGION})
    assert looker.get("/api/v1/journal").status_code == 403
    rows = auditor.get("/api/v1/journal?actor=night").json["items"]
    assert [row["rows"] for row in rows] == [1, 1] and rows[0]["version"] > rows[1]["version"]
    paged = auditor.get(f"/api/v1/journal?actor=night&limit=1&before={rows[0]['version']}").json["items"]
    assert [row["version"] for row in paged] == [rows[1]["version"]]
    clerk = bring_token(site, engine, people["clerk"], TokenWish("clerk"))
    assert [row["version"] for row in clerk.get("/api/v1/journal?actor=night").json["items"]] == [rows[0]["version"]]
    assert clerk.get(f"/api/v1/journal/{rows[1]['version']}").status_code == 404
    entry = clerk.get(f"/api/v1/journal/{rows[0]['version']}").json["entries"][0]
    assert entry["kind"] == "structure" and entry["before"]["name_en"] is None
    assert auditor.get("/api/v1/journal?since=never").status_code == 422 and EAST
    versions = [row["version"] for row in auditor.get("/api/v1/journal").json["items"]]
    assert "王小明" not in "".join(auditor.get(f"/api/v1/journal/{version}").text for version in versions)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_journal_page_tells_who_changed_what_and_what_stood_then(site, engine, people, centre, language):
    key = find(centre, "structure", "MH-2")
    seen = centre.get(f"{ROOT}/structure/{key}").headers["ETag"]
    name = f"人民路{language}"
    assert centre.patch(f"{ROOT}/structure/{key}", json={"name_zh": name}, headers={"If-Match": seen}).status_code == 200
    auditor = come_in(site, people["auditor"], language)
    page = auditor.get("/journal?actor=centre")
    version = page.text.split('href="/journal/')[1].split('"')[0]
    assert page.status_code == 200 and "centre" in page.text
    change = auditor.get(f"/journal/{version}").text
    assert "structure" in change or f"/things/structure/{key}" in change
    stood = auditor.get("/journal?code=MH-2&at=2099-01-01").text
    assert 'id="stood"' in stood and name in stood
    for bad in ("since=x", "code=NO-SUCH&at=2099-01-01", "code=MH-2&at=1999-01-01"):
        assert auditor.get(f"/journal?{bad}").status_code == 422, bad
    assert auditor.get(f"/journal/{10**17}").status_code == 404
    assert come_in(site, people["looker"]).get("/journal").status_code == 403
    with recorded_statements(site.app) as sent:
        auditor.get("/journal")
    assert len(sent) <= 5
