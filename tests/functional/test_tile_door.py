"""The short way to a tile answers what Flask's way answers, and lets in whom the gate lets in."""

import pytest
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import text

from app.access.commands import add_user
from app.core.database import transaction
from tests.conftest import REGION
from tests.site import PASSWORD, open_site, read_token

pytestmark = pytest.mark.functional
PLACE = "/tiles/grid_county/9/415/210.mvt"


@pytest.fixture(scope="module")
def site(engine):
    with open_site(engine) as site:
        yield site


@pytest.fixture
def flask_calls(site):
    """The paths for which Flask made a request while the test runs."""
    called = []
    site.app.before_request_funcs.setdefault(None, []).insert(0, lambda: called.append(1))
    yield called
    del site.app.before_request_funcs[None][0]


@pytest.fixture
def person(site, engine):
    """A login whose password is PASSWORD; taken away again."""
    with transaction(engine, "test", "test") as session:
        add_user(session, "walker", "viewer", PASSWORD)[0].must_change_password = False
    yield "walker"
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM app_user WHERE login = 'walker'"))


def whole(client) -> str:
    """The address of a tile with everything named."""
    version = client.get(PLACE).headers["ETag"].strip('"').rsplit("-", 1)[1]
    return f"{PLACE}?v={version}&region={REGION}"


def headers_of(answer) -> dict:
    headers = dict(answer.headers)
    headers["Content-Security-Policy"] = headers["Content-Security-Policy"].split("'nonce-")[0].rstrip()
    return headers


def test_both_ways_give_the_same_answer(site, flask_calls):
    client = site.sign_in()
    address = whole(client)
    for given in ({}, {"If-None-Match": client.get(address).headers["ETag"]}):
        del flask_calls[:]
        short = client.get(address, headers=given)
        assert not flask_calls
        long = client.get(address.split("&region")[0], headers=given)
        assert flask_calls
        assert (short.status_code, short.data) == (long.status_code, long.data)
        assert short.status_code == (304 if given else 200)
        own, other = headers_of(short), headers_of(long)
        assert own.pop("Content-Security-Policy").startswith("default-src 'self'") and other.pop("Content-Security-Policy")
        assert own == other


def test_encrypted_requests_are_protected_too(site):
    client = site.sign_in()
    client.get("/", base_url="https://localhost")
    address = whole(client)
    cookie = f"netgrid={client.get_cookie('netgrid').value}"
    answer = site.app.test_client(use_cookies=False).get(address, base_url="https://localhost", headers={"Cookie": cookie})
    assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")


@pytest.mark.parametrize("change", ["is_active = false", "session_no = session_no + 1"])
def test_a_person_who_may_no_longer_come_in_is_refused_at_the_next_tile(site, engine, person, change):
    client = site.sign_in(person)
    address = whole(client)
    assert client.get(address).status_code == 200
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE app_user SET {change} WHERE login = :login"), {"login": person})
    answer = client.get(address)
    assert (answer.status_code, answer.json["code"]) == (401, "SIGN_IN_NEEDED")


def test_a_one_time_password_opens_no_tile(site, engine, person):
    client = site.sign_in(person)
    address = whole(client)
    with engine.begin() as connection:
        connection.execute(text("UPDATE app_user SET must_change_password = true WHERE login = :login"), {"login": person})
    answer = client.get(address)
    assert (answer.status_code, answer.json["code"]) == (403, "PASSWORD_ONCE")


@pytest.mark.parametrize("cookie", ["", "netgrid=", "netgrid=x.y.z", "other=1; netgrid=eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb"])
def test_a_cookie_of_nobody_opens_no_tile(site, cookie):
    address = whole(site.sign_in())
    visitor = site.app.test_client(use_cookies=False)
    assert visitor.get(address, headers={"Cookie": cookie}).status_code == 401


@pytest.mark.parametrize("held", [{"_user_id": "1"}, {"_user_id": 1, "session_no": 1}])
def test_a_signed_cookie_without_a_whole_person_opens_no_tile(site, held):
    address = whole(site.sign_in())
    value = SecureCookieSessionInterface().get_signing_serializer(site.app).dumps(held)
    visitor = site.app.test_client(use_cookies=False)
    assert visitor.get(address, headers={"Cookie": f"netgrid={value}"}).status_code == 401


@pytest.mark.parametrize("query", ["v=x", "v=-1", "v=1&region=x", "region=1", "v=1&region=" + "9" * 30, "v=" + "9" * 30, "region=\0"])
def test_odd_wishes_get_a_plain_answer(site, query):
    answer = site.sign_in().get(f"{PLACE}?{query}")
    assert answer.status_code in (200, 404)
    assert answer.status_code == 200 or {"code", "message", "subject", "found", "expected", "next_step"} < set(answer.json)


def test_connections_that_the_server_closed_are_not_noticed(site, engine):
    client = site.sign_in()
    address = whole(client)
    for path in (address, "/", "/api/v1/search?q=MH", "/health"):
        close_connections(engine)
        assert client.get(path).status_code == 200, path
    close_connections(engine)
    assert site.sign_in().get("/").status_code == 200


def close_connections(engine) -> None:
    """Close every connection to the database but this one."""
    with engine.begin() as connection:
        connection.execute(text(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"))


def test_a_tile_that_the_database_refuses_is_told_in_plain_words(site, engine):
    client = site.sign_in()
    address = whole(client).replace("grid_county", "grid_town")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE grid RENAME TO grid_away"))
    try:
        answer = client.get(address)
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE grid_away RENAME TO grid"))
    assert (answer.status_code, answer.json["code"]) == (500, "FAULT")
    assert "grid" not in answer.json["message"]
    assert read_token(client, "/occupancy")
