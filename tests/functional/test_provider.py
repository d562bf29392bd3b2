"""Signing in at an OpenID Connect provider, over real HTTP: who comes in, as what, and what is refused."""

import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import text

from app import create_app
from app.core.errors import SystemFault
from app.core.settings import load_settings
from tests.conftest import REGION
from tests.people import add_people
from tests.provider import CLIENT, SECRET, provided
from tests.site import ENGINES, open_site
from tests.town import WEST

pytestmark = pytest.mark.functional
GRANTS = f"noc=resource_centre;county/west=front_office@{REGION}/{WEST}"


@pytest.fixture(scope="module")
def provider(engine):
    with open_site(engine), provided() as provider:
        add_people(engine, {"u-1001": ("planner", None)})
        yield provider


def build_site(provider, **more):
    given = {"ISSUER": provider.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET, "NAME": "统一认证", "ROLES": GRANTS, **more}
    environment = {f"NETGRID_OIDC_{name}": value for name, value in given.items()}
    return create_app(replace(load_settings(), provider=load_settings({"DATABASE_URL": "postgresql://x", **environment}).provider))


@pytest.fixture(scope="module")
def app(provider):
    app = build_site(provider)
    yield app
    close(app)


def close(app) -> None:
    for name in ENGINES:
        app.extensions[name].dispose()


def come_back_to(client, path: str = "/login/provider") -> str:
    """The path to which the provider sends a browser back that has left from ``path``."""
    left = client.get(path)
    assert left.status_code == 302, left.text
    answer = requests.get(left.location, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def be(provider, spoiled=None, **claims):
    provider.user, provider.spoiled, provider.foreign_key = {"sub": "u-1001", **claims}, spoiled or {}, False


def enter(app, language: str = "en"):
    """A browser that came from the provider, and the answer it got."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    return client, client.get(come_back_to(client))


def test_a_known_person_comes_in_with_the_rights_of_the_list(app, provider, engine):
    be(provider, groups=["noc"])
    client = app.test_client()
    assert "统一认证" in client.get("/login").text
    back = client.get(come_back_to(client, "/login/provider?next=/journal"))
    assert back.status_code == 302 and back.location == "/journal"
    asked = provider.asked[-1]
    assert asked["code_challenge_method"] == "S256" and asked["nonce"] and asked["state"]
    assert client.get("/orders").status_code == 200
    assert client.get("/users").status_code == 403
    with client.session_transaction() as held:
        assert not [name for name in held if name.startswith("_state") or name == "wanted"]
    with engine.connect() as connection:
        assert connection.execute(text("SELECT role FROM app_user WHERE login = 'u-1001'")).scalar() == "planner"


@pytest.mark.parametrize(
    ("spoiled", "foreign"),
    [
        ({"nonce": "another"}, False), ({"iss": "http://127.0.0.1:1"}, False), ({"aud": ["another"]}, False),
        ({"aud": ["another", CLIENT], "azp": "another"}, False), ({"exp": int(time.time()) - 3600}, False), ({"at_hash": "wrong"}, False),
        ({}, True),
    ],
)  # fmt: skip
def test_tokens_that_are_not_for_this_sign_in_are_refused(app, provider, spoiled, foreign):
    be(provider, spoiled)
    provider.foreign_key = foreign
    client, answer = enter(app)
    assert answer.status_code == 403 and "did not succeed" in answer.text
    assert client.get("/orders").status_code == 302


def test_states_and_codes_of_others_are_refused(app, provider):
    be(provider)
    client, other = app.test_client(), app.test_client()
    path = come_back_to(client)
    assert other.get(path).status_code == 403
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    assert client.get("/login/provider/back", query_string={**query, "state": "made up"}).status_code == 403
    assert client.get("/login/provider/back?error=access_denied&state=" + query["state"]).status_code == 403
    assert client.get(path).status_code == 302
    assert client.get(path).status_code == 403


def test_whom_the_list_does_not_know_is_refused_or_let_in_by_group(app, provider, engine):
    be(provider, sub="u-2", groups=["nobody"])
    client, answer = enter(app, "zh")
    assert answer.status_code == 403 and "名单" in answer.text
    be(provider, sub="u-3", name="Wei", groups=["x", "county/west"])
    client, answer = enter(app)
    assert answer.status_code == 302
    with engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM app_user WHERE login = 'u-3'")).mappings().one()
        place = connection.execute(text("SELECT grid_code FROM user_area WHERE user_id = :id"), {"id": row["id"]}).scalar()
    assert (row["role"], row["name"], row["must_change_password"], place) == ("front_office", "Wei", False, WEST)
    with engine.begin() as connection:
        connection.execute(text("UPDATE app_user SET is_active = false WHERE login = 'u-3'"))
    assert client.get("/orders").status_code == 302
    assert enter(app)[1].status_code == 403


def test_an_address_counts_when_the_provider_has_proved_it(provider, engine):
    app = build_site(provider, CLAIM="email", ROLES="noc=viewer")
    be(provider, email="li@example.com", groups="noc")
    assert enter(app)[1].status_code == 403
    be(provider, email="li@example.com", email_verified=True, groups="noc")
    assert enter(app)[1].status_code == 302
    close(app)


def test_bad_settings_stop_the_start_and_none_ask_nothing(provider, engine):
    for more in ({"ISSUER": "http://example.com"}, {"CLIENT_ID": ""}, {"CLAIM": "name"}, {"ROLES": "noc"}, {"ROLES": "noc=king"}):
        with pytest.raises(SystemFault, match="OIDC_BAD"):
            build_site(provider, **more)
    plain = create_app()
    assert plain.test_client().get("/login/provider").status_code == 404
    assert "/login/provider" not in plain.test_client().get("/login").text
    close(plain)
    away = build_site(provider, ISSUER="http://127.0.0.1:9")
    assert away.test_client().get("/login/provider").status_code == 503
    close(away)
