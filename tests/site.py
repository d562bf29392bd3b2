"""The site with the town in it, for tests that go through its doors: an application, people, a signed-in client."""

import logging
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from werkzeug.serving import make_server

from app import create_app
from app.access.commands import add_user
from app.core.database import grant_web_role, transaction
from app.core.settings import load_settings
from app.network.commands.tallies import settle_tallies
from app.network.models import Vlan
from app.services.commands.tallies import settle_all_tallies
from tests.conftest import REGION, keep_regions
from tests.factories.use import put_in_use
from tests.town import Town, build_town

ENGINES = ("netgrid.engine", "netgrid.reading_engine")
PASSWORD = "correct horse battery"
HOSTILE = "<img src=x onerror=alert(1)>${alert(1)}`'\""


@dataclass(frozen=True)
class Site:
    """The application with its town; ``admin`` has changed the password, ``newcomer`` has not."""

    app: object
    town: Town
    once: str

    def client(self, language: str = "en"):
        """A visitor's browser."""
        client = self.app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        return client

    def sign_in(self, login: str = "admin", password: str = PASSWORD, language: str = "en"):
        """A browser that has signed in."""
        client = self.client(language)
        answer = client.post("/login", data={"login": login, "password": password, "csrf_token": read_token(client, "/login")})
        assert answer.status_code == 302, answer.text
        return client


def read_token(client, path: str) -> str:
    """The form's token on a page."""
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)[1]


@contextmanager
def recorded_statements(app):
    """A list to which every statement that the application sends is added as long as this lasts."""
    sent = []

    def record(_connection, _cursor, statement, *_):
        sent.append(statement)

    for name in ENGINES:
        event.listen(app.extensions[name], "before_cursor_execute", record)
    try:
        yield sent
    finally:
        for name in ENGINES:
            event.remove(app.extensions[name], "before_cursor_execute", record)


@contextmanager
def served(app):
    """The address at which browsers find the application as long as this lasts."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def grant_to_web(engine) -> None:
    """Give the web server's role, where the tests have one, the rights that an installation gives it."""
    role = make_url(load_settings().web_database_url).username
    if role != engine.url.username:
        with engine.begin() as connection:
            grant_web_role(connection, role)


@contextmanager
def open_site(engine, in_use: bool = False, personal: dict[str, str] | None = None):
    """The site over a committed town; town and people are swept away afterwards.

    Parameters
    ----------
    in_use
        The town with power, circuits, customers and services.
    personal
        What customer C-1 is called and reached by: ``name``, ``contact``, ``phone``; C-2 was called ``old name`` before.
    """
    grant_to_web(engine)
    with keep_regions(engine, REGION):
        with transaction(engine, "test", "test") as session:
            town = build_town(session, REGION)
            if in_use:
                put_in_use(town)
            settle_tallies(session, REGION)
            for name in ("structure SET name_zh", "code_index SET name"):
                renaming = text(f"UPDATE {name} = :name WHERE region_id = :region AND code = 'MH-1'")
                session.execute(renaming, {"name": HOSTILE, "region": REGION})
            session.execute(text("DELETE FROM app_user"))
            session.execute(text("DELETE FROM login_attempt"))
            add_user(session, "admin", "administrator", PASSWORD)[0].must_change_password = False
            once = add_user(session, "newcomer", "viewer")[1]
            for role in ("desk", "viewer"):
                add_user(session, role, role, PASSWORD)[0].must_change_password = False
        if personal:
            name_customers(engine, personal)
        app = create_app()
        yield Site(app, town, once)
        for name in ENGINES:
            app.extensions[name].dispose()
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM app_user"))
            connection.execute(text("DELETE FROM login_attempt"))
    if in_use:
        with engine.begin() as connection:
            for table in ("model_port", "equipment_model"):
                key = "model_id" if table == "model_port" else "id"
                connection.execute(text(f"DELETE FROM {table} WHERE {key} IN (SELECT id FROM equipment_model WHERE code LIKE 'T-%')"))


def add_idle_vlans(engine, site: Site, count: int) -> None:
    """More VLANs for the lines of the town's gateway, and the planner told of what the town holds."""
    with transaction(engine, "test", "test") as session:
        gateway = site.town.equipment["BRAS-1"]
        session.add_all([Vlan(region_id=REGION, gateway_equipment_id=gateway, s_vlan=100, c_vlan=4 + no) for no in range(count)])
        session.flush()
        settle_all_tallies(session, REGION)
        session.execute(text("ANALYZE"))


def name_customers(engine, personal: dict[str, str]) -> None:
    """Give the town's customers names and telephones, as a clerk would, so that the journal knows of earlier ones too."""
    first = "UPDATE customer SET name = :old WHERE region_id = :region AND code = 'C-2'"
    second = "UPDATE customer SET name = '演示公司' WHERE region_id = :region AND code = 'C-2'"
    named = "UPDATE customer SET name = :name, contact = :contact, phone = :phone WHERE region_id = :region AND code = 'C-1'"
    for change in (first, second, named):
        with transaction(engine, "clerk", "web") as session:
            session.execute(text(change), {**personal, "old": personal["old name"], "region": REGION})
