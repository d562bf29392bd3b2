"""The users page, tokens, and what guards them."""

import pytest
from sqlalchemy import text

from app.access.commands import TokenWish
from app.core.database import transaction
from tests.conftest import REGION
from tests.people import add_people, bring_token, come_in
from tests.site import open_site, read_token
from tests.town import WEST

pytestmark = pytest.mark.functional
PLACE = f"{REGION}/{WEST}"


@pytest.fixture(scope="module")
def site(engine):
    with open_site(engine) as site:
        yield site


@pytest.fixture(scope="module")
def people(site, engine):
    return add_people(engine, {"boss": ("administrator", None), "clerk": ("desk", None), "looker": ("viewer", None)})


@pytest.fixture
def boss(site, people):
    return come_in(site, people["boss"])


def send(client, path: str, page: str = "/users", **data):
    return client.post(path, data={**data, "csrf_token": read_token(client, page)})


def find(engine, login: str):
    with engine.connect() as connection:
        return connection.execute(text("SELECT * FROM app_user WHERE login = :login"), {"login": login}).mappings().one()


def test_a_person_is_made_changed_locked_and_switched_off(site, engine, boss):
    page = send(boss, "/users", login="field-1", name="<b>李", role="field", where="places", place=[PLACE])
    assert page.status_code == 200 and "&lt;b&gt;李" in page.text and "<b>李" not in page.text
    once = page.text.split('<code id="once">')[1].split("<")[0]
    assert PLACE in page.text
    newcomer = site.sign_in("field-1", once)
    assert newcomer.get("/").location == "/password"
    key = find(engine, "field-1")["id"]
    for _ in range(5):
        site.client().post("/login", data={"login": "field-1", "password": "x", "csrf_token": "x"})
    with transaction(engine, "test", "test") as session:
        for _ in range(5):
            session.execute(text("INSERT INTO login_attempt (login_key, address, at) VALUES ('field-1', '10.0.0.9', now())"))
    assert "Locked" in boss.get("/users").text
    assert send(boss, f"/users/{key}/unlock").status_code == 302
    assert "Locked" not in boss.get("/users").text
    assert send(boss, f"/users/{key}", name="李", role="planner", active="1", where="everywhere").status_code == 302
    changed = find(engine, "field-1")
    assert (changed["role"], changed["is_everywhere"], changed["is_active"]) == ("planner", True, True)
    again = send(boss, f"/users/{key}/password").text.split('<code id="once">')[1].split("<")[0]
    assert again != once and newcomer.get("/").location.startswith("/login")
    assert send(boss, f"/users/{key}", name="李", role="planner", where="everywhere").status_code == 302
    assert not find(engine, "field-1")["is_active"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"login": "boss", "role": "viewer"}, "This login is taken."),
        ({"login": " ", "role": "viewer"}, "The login is empty."),
        ({"login": "x", "role": "king"}, "There is no such role."),
        ({"login": "x2", "role": "viewer", "where": "places", "place": ["west"]}, "This is no area."),
    ],
)
def test_bad_wishes_are_told_on_the_form(boss, given, told):
    page = send(boss, "/users", **{"where": "everywhere", **given})
    assert page.status_code == 422 and told in page.text


def test_nobody_takes_away_their_own_rights(boss, people, engine):
    king = {"role": "administrator"}
    for given in ({"role": "viewer", "active": "1"}, king, {**king, "active": "1", "where": "places"}):
        assert send(boss, f"/users/{people['boss']}", **{"where": "everywhere", **given}).status_code == 409
    assert find(engine, "boss")["is_active"]
    assert boss.get("/users/999999").status_code == 404 and boss.get(f"/users/{2**70}").status_code == 404


def test_only_administrators_see_users_and_every_form_needs_its_token(site, people, boss):
    clerk = come_in(site, people["clerk"])
    assert clerk.get("/users").status_code == 403 and "/users" not in clerk.get("/tokens").text
    one = f"/users/{people['clerk']}"
    for path in ("/users", one, f"{one}/password", f"{one}/unlock", "/tokens"):
        assert boss.post(path, data={"login": "intruder", "role": "administrator"}).status_code == 400, path


def test_a_token_is_shown_once_works_and_is_taken_back(site, engine, people):
    clerk = come_in(site, people["clerk"])
    page = send(clerk, "/tokens", "/tokens", name="meter", scope="read", days="7", places="")
    secret = page.text.split('<code id="token">')[1].split("<")[0]
    assert secret not in clerk.get("/tokens").text
    with engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM api_token WHERE name = 'meter'")).mappings().one()
    assert secret.encode() not in bytes(row["token_hash"]) and row["last_used_at"] is None
    program = site.app.test_client(use_cookies=False)
    asked = {"Authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/search?q=MH-1", headers=asked).status_code == 200
    assert program.get("/tiles/grid_county/9/415/210.mvt", headers=asked).status_code == 200
    assert program.get("/", headers=asked).status_code == 302
    with engine.connect() as connection:
        assert connection.execute(text("SELECT last_used_at FROM api_token WHERE name = 'meter'")).scalar() is not None
    other = come_in(site, people["looker"])
    assert send(other, f"/tokens/{row['id']}/revoke", "/tokens").status_code == 404
    assert send(clerk, f"/tokens/{row['id']}/revoke", "/tokens").status_code == 302
    assert program.get("/api/v1/search?q=MH-1", headers=asked).json["code"] == "SIGN_IN_NEEDED"


@pytest.mark.parametrize("change", ["expires_at = now() - interval '1 second'", "revoked_at = now()"])
def test_a_token_that_is_over_opens_nothing(site, engine, people, change):
    program = bring_token(site, engine, people["looker"], TokenWish("over"))
    assert program.get("/api/v1/search?q=MH").status_code == 200
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE api_token SET {change} WHERE name = 'over'"))
    assert program.get("/api/v1/search?q=MH").status_code == 401


@pytest.mark.parametrize("header", ["Bearer x", "Bearer ", "Basic YWRtaW46YWRtaW4=", "x", "Bearer netgrid_" + "a" * 43, "Bearer é"])
def test_a_wrong_token_never_falls_back_to_the_session(site, people, header):
    clerk = come_in(site, people["clerk"])
    assert clerk.get("/api/v1/search?q=MH", headers={"Authorization": header}).status_code == 401
    assert clerk.get("/tiles/grid_county/9/415/210.mvt", headers={"Authorization": header}).status_code == 401


def test_a_token_of_somebody_switched_off_opens_nothing(site, engine, people):
    program = bring_token(site, engine, people["looker"], TokenWish("off"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE app_user SET is_active = false WHERE login = 'looker'"))
    assert program.get("/api/v1/search?q=MH").status_code == 401
    with engine.begin() as connection:
        connection.execute(text("UPDATE app_user SET is_active = true WHERE login = 'looker'"))


def test_bad_tokens_are_told(site, people):
    clerk = come_in(site, people["clerk"])
    for given in ({"name": " "}, {"scope": "all"}, {"days": "0"}, {"days": "9999"}, {"places": "nowhere/"}):
        assert send(clerk, "/tokens", "/tokens", **{"name": "x", "scope": "read", "days": "1", **given}).status_code == 422, given


def test_commands_do_the_same(site, engine, monkeypatch):
    monkeypatch.setenv("NETGRID_REGION", str(REGION))
    run = site.app.test_cli_runner()

    def ask(*words):
        answer = run.invoke(args=["access", *words])
        assert answer.exit_code == 0, answer.output
        return answer.output

    assert "One-time password" in ask("add-user", "night", "--role", "maintenance", "--area", PLACE)
    assert f"night  maintenance  {PLACE}" in ask("list-users")
    assert "everywhere" in ask("set-user", "night", "--everywhere")
    assert "switched off" in ask("set-user", "night", "--disabled")
    assert "One-time password" in ask("reset-password", "night") and ask("unlock", "night")
    secret = ask("add-token", "night", "--name", "probe", "--area", PLACE).split(": ")[1].strip()
    assert secret.startswith("netgrid_") and secret not in ask("tokens", "night") and "probe" in ask("tokens", "night")
    number = ask("tokens", "night").split()[0]
    ask("revoke-token", number)
    assert "taken back" in ask("tokens", "night")
    assert run.invoke(args=["access", "unlock", "nobody"]).exit_code == 2

