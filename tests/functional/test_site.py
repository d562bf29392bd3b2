"""The site through its doors: sign-in, protection of every address, tiles, search, details, occupancy."""

import gzip

import pytest
from sqlalchemy import text
from werkzeug.routing import IntegerConverter

from app.access.addresses import PUBLIC, rules
from app.maps.tiles import TileCache
from tests.conftest import REGION
from tests.site import HOSTILE, PASSWORD, open_site, read_token, recorded_statements

pytestmark = pytest.mark.functional
STATEMENTS_MAX = 9


@pytest.fixture(scope="module")
def site(engine):
    with open_site(engine) as site:
        yield site


@pytest.fixture(scope="module")
def client(site):
    return site.sign_in()


@pytest.fixture
def statements(site):
    """The statements that the site sends while the test runs."""
    with recorded_statements(site.app) as sent:
        yield sent


def tile_of(site, connection, layer: str, z: int, code: str) -> str:
    """The address of the tile in which a structure lies."""
    lon, lat = connection.execute(
        text("SELECT ST_X(geom), ST_Y(geom) FROM structure WHERE region_id = :region AND code = :code"), {"region": REGION, "code": code}
    ).one()
    from math import asinh, floor, pi, radians, tan

    x = floor((lon + 180) / 360 * 2**z)
    y = floor((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**z)
    return f"/tiles/{layer}/{z}/{x}/{y}.mvt"


def test_every_address_but_the_public_ones_is_closed(site):
    visitor = site.client()
    for rule in site.app.url_map.iter_rules():
        if rules()[rule.endpoint].permission == PUBLIC:
            continue
        path = rule.build({name: 1 if isinstance(kind, IntegerConverter) else "x" for name, kind in rule._converters.items()})[1]
        method = next(name for name in ("GET", "POST", "PATCH", "PUT", "DELETE") if name in rule.methods)
        data = {"csrf_token": read_token(visitor, "/login")} if method != "GET" else None
        answer = visitor.open(path, method=method, data=data)
        assert answer.status_code in (302, 401), (rule, answer.status_code)
        if answer.status_code == 302:
            assert answer.location.startswith("/login"), rule


def test_forms_need_their_token_and_get_changes_nothing(site):
    visitor = site.client()
    assert visitor.post("/login", data={"login": "admin", "password": PASSWORD}).status_code == 400
    signed_in = site.sign_in()
    assert signed_in.post("/logout").status_code == 400
    assert signed_in.get("/logout").status_code == 405
    assert signed_in.get("/").status_code == 200


@pytest.mark.parametrize(
    "wanted", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"]
)
def test_sign_in_never_leads_to_another_site(site, wanted):
    visitor = site.client()
    token = read_token(visitor, "/login")
    answer = visitor.post("/login", query_string={"next": wanted}, data={"login": "admin", "password": PASSWORD, "csrf_token": token})
    assert (answer.status_code, answer.location) == (302, "/")


def test_the_one_time_password_opens_only_the_form_that_replaces_it(site):
    newcomer = site.sign_in("newcomer", site.once)
    assert newcomer.get("/").location == "/password"
    assert newcomer.get("/api/v1/search?q=MH").status_code == 403
    token = read_token(newcomer, "/password")
    weak = newcomer.post("/password", data={"old": site.once, "new": "12345678", "again": "12345678", "csrf_token": token})
    assert weak.status_code == 422 and "easy to guess" in weak.text
    good = newcomer.post("/password", data={"old": site.once, "new": "seven brown cows", "again": "seven brown cows", "csrf_token": token})
    assert good.status_code == 302
    assert newcomer.get("/").status_code == 200


def test_failed_sign_ins_are_limited(site):
    visitor = site.client()
    for _ in range(6):
        token = read_token(visitor, "/login")
        answer = visitor.post("/login", data={"login": "somebody", "password": "wrong", "csrf_token": token})
    assert answer.status_code == 422 and "Too many failed attempts" in answer.text


def test_pages_carry_the_policy_and_local_files_only(client):
    answer = client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "object-src 'none'" in policy and "script-src 'self' 'nonce-" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "https://" not in answer.text.replace("https://www.w3.org", "").replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    "path", ["../package.json", "@tabler/core/package.json", "leaflet/dist/../../../package.json", "leaflet/src/Leaflet.js"]
)
def test_files_outside_the_list_are_not_served(client, path):
    assert client.get(f"/assets/x/{path}").status_code == 404


@pytest.mark.parametrize(
    ("language", "word"),
    [("zh-CN", "图层与图例"), ("zh", "图层与图例"), ("zh-SG,zh;q=0.9", "图层与图例"), ("en-GB", "Layers and legend")],
)
def test_the_page_speaks_the_browsers_language(site, language, word):
    assert word in site.sign_in(language=language).get("/").text


def test_the_chosen_language_stays(site):
    visitor = site.client("en")
    visitor.post("/language", data={"language": "zh", "csrf_token": read_token(visitor, "/login")})
    assert "登录" in visitor.get("/login").text


@pytest.mark.parametrize("layer", ["grid_community", "grid_town", "grid_county", "section", "cable", "structure", "equipment"])
def test_a_tile_holds_features_and_is_kept_by_its_version(site, client, connection, layer):
    address = tile_of(site, connection, layer, 12 if layer in ("grid_town", "grid_county") else 13, "MH-1")
    first = client.get(address)
    assert first.status_code == 200 and first.headers["Content-Encoding"] == "gzip"
    body = gzip.decompress(first.data)
    assert layer.encode() in body
    version = first.headers["ETag"].strip('"').rsplit("-", 1)[1]
    kept = client.get(f"{address}?v={version}")
    assert "immutable" in kept.headers["Cache-Control"]
    again = client.get(f"{address}?v={version}", headers={"If-None-Match": kept.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_unchanged_tile_asks_no_layer(site, client, connection, monkeypatch):
    address = tile_of(site, connection, "cable", 13, "MH-1")
    tag = client.get(address).headers["ETag"]
    cache = TileCache()
    monkeypatch.setitem(site.app.extensions, "netgrid.tiles", cache)
    version = tag.strip('"').rsplit("-", 1)[1]
    for asked in (f"{address}?v={version}", f"{address}?v={version}&region={REGION}"):
        assert client.get(asked, headers={"If-None-Match": tag}).status_code == 304
        assert not cache.tiles
    assert client.get(asked).status_code == 200 and cache.tiles


@pytest.mark.parametrize(
    "tile",
    ["cable/99/0/0", "cable/13/8192/0", "cable/13/0/8192", "cable/2/0/0", "nothing/13/0/0", "cable/13/99999999999999999999/0"],
)
def test_tiles_out_of_bounds_are_not_there(client, tile):
    assert client.get(f"/tiles/{tile}.mvt").status_code == 404


@pytest.mark.parametrize(
    ("words", "code"),
    [("MH-1", "MH-1"), ("mh-1", "MH-1"), ("ＭＨ－１", "MH-1"), ("H-1", "MH-1"), ("104/s01", "CB-104/S01"), ("LT-1", "OLT-1")],
)
def test_search_finds_codes(client, words, code):
    hits = client.get("/api/v1/search", query_string={"q": words}).json["hits"]
    assert code in [hit["code"] for hit in hits]
    assert all(isinstance(hit["id"], str) for hit in hits)


@pytest.mark.parametrize("words", ["'; DROP TABLE grid; --", "%", "_", "\\", "%' OR 1=1 --", "a" * 79])
def test_search_takes_signs_as_signs(client, words):
    answer = client.get("/api/v1/search", query_string={"q": words})
    assert (answer.status_code, answer.json["hits"]) == (200, [])


def test_unknown_parameters_are_refused_with_the_known_ones(client):
    answer = client.get("/api/v1/occupancy?levle=town")
    assert answer.status_code == 422 and "level" in str(answer.json["found"])


@pytest.mark.parametrize("code", ["MH-1", "SEC-1", "CB-104", "CB-104/S01", "OLT-1", "GJ-1", "421022", "421022100201"])
def test_details_tell_what_a_thing_is(client, statements, code):
    hit = next(hit for hit in client.get("/api/v1/search", query_string={"q": code}).json["hits"] if hit["code"] == code)
    del statements[:]
    thing = client.get(f"/api/v1/things/{hit['kind']}/{hit['id']}").json
    assert thing["code"] == code and thing["kind_label"] and thing["geometry"]
    assert len(statements) <= STATEMENTS_MAX


def test_strands_are_told_by_state(client):
    hit = next(hit for hit in client.get("/api/v1/search?q=CB-104/S01").json["hits"] if hit["kind"] == "segment")
    members = client.get(f"/api/v1/things/segment/{hit['id']}").json["members"]
    assert members["total"] == 24
    assert members["rows"][1]["state"] == "reserved" and members["rows"][23]["state"] == "faulty"


@pytest.mark.parametrize(("kind", "key"), [("structure", 2**63), ("structure", 10**18), ("nothing", 1)])
def test_things_that_are_not_there(client, kind, key):
    answer = client.get(f"/api/v1/things/{kind}/{key}")
    assert answer.status_code == 404 and answer.json["code"] in ("THING_UNKNOWN", "KIND_UNKNOWN")


def test_hostile_names_are_data(client):
    """A name with markup reaches the browser as JSON text alone, never inside a page."""
    hits = client.get("/api/v1/search?q=MH-1").json["hits"]
    assert HOSTILE in [hit["name"] for hit in hits]
    assert "onerror" not in client.get("/").text + client.get("/occupancy").text


@pytest.mark.parametrize("level", ["county", "town", "community"])
def test_occupancy_by_grid_adds_up(client, statements, level):
    answer = client.get("/api/v1/occupancy", query_string={"level": level, "resource": "strand"})
    body = answer.json
    assert body["total"]["installed"] == sum(grid["installed"] for grid in body["grids"]) > 0
    assert len(statements) <= STATEMENTS_MAX
    assert client.get("/api/v1/occupancy", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_errors_are_plain(client):
    page = client.get("/nowhere")
    assert page.status_code == 404 and "There is nothing here" in page.text and "Traceback" not in page.text
    answer = client.get("/api/v1/nowhere")
    assert answer.status_code == 404 and {"code", "message", "subject", "found", "expected", "next_step"} < set(answer.json)
