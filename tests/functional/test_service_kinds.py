"""On the demo county every kind of service goes from address to active to removed, by programs, by pages and by commands."""

import json
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app import create_app
from app.access.commands import TokenWish
from app.core.errors import NotFoundError
from app.core.settings import load_settings
from app.network.queries.tallies import list_tally_differences
from app.operations.doors import Caller, ask_place, qualify_places
from app.operations.qualification import Answer, qualify
from app.operations.rules.lines import products
from app.services.commands.tallies import FAMILIES
from tests.conftest import REGION
from tests.people import add_people, bring_token, come_in
from tests.site import ENGINES, Site, grant_to_web, read_token
from tests.small_county import copy_county

pytestmark = pytest.mark.functional
RATES = {"ftth": 100, "pots": None, "adsl": 2, "lan": 20, "leased_line": 2.048}
# The county has no line ports of this kind.
LACKING = "vdsl"
DOORS = ("programs", "pages", "commands")
# Addresses that are asked in turn until one can be served.
ASKED = 60


@pytest.fixture(scope="module")
def county(plain_database, tmp_path_factory):
    """An engine on the small demo county."""
    with copy_county(plain_database, tmp_path_factory, "kinds") as copied:
        yield copied.engine


@pytest.fixture(scope="module")
def site(county):
    grant_to_web(county)
    url, settings = county.url.render_as_string(hide_password=False), load_settings()
    app = create_app(replace(settings, database_url=url, web_database_url=settings.web_database_url if "netgrid_web" in url else url))
    yield Site(app, None, "")
    for name in ENGINES:
        app.extensions[name].dispose()


@pytest.fixture(scope="module")
def centre(site, county):
    return add_people(county, {"centre": ("resource_centre", None)})["centre"]


def ask_one(engine, sql: str, **given):
    with engine.connect() as connection:
        return connection.execute(text(sql), {"region": REGION, **given}).scalar()


class Programs:
    """The addresses for programs."""

    def __init__(self, site, county, centre):
        self.client = bring_token(site, county, centre, TokenWish("kinds", "write"))

    def can_serve(self, address: str, product: str) -> bool:
        given = {"address": address, "product": product, "rate": RATES[product]}
        answer = self.client.get("/api/v1/qualifications", query_string={name: value for name, value in given.items() if value})
        return answer.json["verdict"] == "yes"

    def run(self, wish: dict) -> None:
        body = {name: value for name, value in wish.items() if value is not None}
        order = self.client.post("/api/v1/orders", json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
        assert order.status_code == 201, order.json
        while order.json["state"] == "open":
            path = f"/api/v1/orders/{order.json['code']}/steps"
            order = self.client.post(path, json={"step": order.json["step"]}, headers={"If-Match": order.headers["ETag"]})
            assert order.status_code == 200, order.json


class Pages:
    """The pages, as a browser's forms send them."""

    def __init__(self, site, county, centre):
        self.client = come_in(site, centre, "zh")
        self.token = read_token(self.client, "/orders")

    def can_serve(self, address: str, product: str) -> bool:
        page = self.client.get("/qualify", query_string={"address": address, "product": product, "rate": RATES[product] or ""})
        return 'data-verdict="yes"' in page.text

    def run(self, wish: dict) -> None:
        form = {"csrf_token": self.token, **{name: value for name, value in wish.items() if value is not None}}
        opened = self.client.post("/orders", data={**form, "given_product": wish.get("product", "")})
        assert opened.status_code == 302, opened.text
        page = self.client.get(opened.location).text
        while 'name="step" value="' in page:
            step, version = (page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("step", "version"))
            done = self.client.post(opened.location, data={"csrf_token": self.token, "act": "step", "step": step, "version": version})
            assert done.status_code == 302, done.text
            page = self.client.get(opened.location).text
        assert 'data-state="closed"' in page


class Commands:
    """The commands of a shell."""

    def __init__(self, site, county, centre):
        self.runner = site.app.test_cli_runner()

    def call(self, *words: str) -> str:
        answer = self.runner.invoke(args=list(words))
        assert answer.exit_code in (0, 1), answer.output
        return answer.output

    def can_serve(self, address: str, product: str) -> bool:
        rate = ["--rate", str(RATES[product])] if RATES[product] else []
        return json.loads(self.call("qualify", address, "--product", product, *rate, "--json"))["verdict"] == "yes"

    def run(self, wish: dict) -> None:
        words = [word for name, value in wish.items() if name != "kind" and value is not None for word in (f"--{name}", str(value))]
        code = self.call("orders", "open", wish["kind"], *words).split()[0].rstrip(":")
        assert self.runner.invoke(args=["orders", "next", code, "--until", "close"]).exit_code == 0


BUILT = {"programs": Programs, "pages": Pages, "commands": Commands}


@pytest.fixture(scope="module", params=DOORS)
def door(request, site, county, centre):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", county.url.render_as_string(hide_password=False))
        patch.setenv("NETGRID_REGION", str(REGION))
        yield BUILT[request.param](site, county, centre)


def list_addresses(county, product: str) -> list[str]:
    sql = text(
        "SELECT b.code || '/' || a.code FROM serving v JOIN address a ON a.region_id = :region AND a.id = v.address_id"
        " JOIN building b ON b.region_id = :region AND b.id = a.building_id"
        " WHERE v.region_id = :region AND v.technology = :technology ORDER BY md5(a.id::text) LIMIT :most"
    )
    given = {"region": REGION, "technology": products()[product].technology, "most": ASKED}
    with county.connect() as connection:
        return list(connection.execute(sql, given).scalars())


def count_uses(county) -> dict:
    """How many ports, strands and pairs, numbers and VLANs have each use."""
    tables = ("port", "conductor", "vlan", "number")
    parts = [f"SELECT '{table}', use, count(*) FROM {table} WHERE region_id = :region GROUP BY use" for table in tables]
    with county.connect() as connection:
        return {(table, use): no for table, use, no in connection.execute(text(" UNION ALL ".join(parts)), {"region": REGION})}


def check_in_step(county) -> None:
    with Session(county) as session:
        assert list_tally_differences(session, REGION, FAMILIES) == []


@pytest.mark.parametrize("product", list(RATES))
def test_from_address_to_active_to_removed(county, door, product):
    address = next((one for one in list_addresses(county, product) if door.can_serve(one, product)), None)
    assert address, f"nobody can have {product}"
    customer = ask_one(county, "SELECT min(code) FROM customer WHERE region_id = :region")
    service = f"{type(door).__name__}-{product}".upper()
    before, version = count_uses(county), ask_one(county, "SELECT version FROM region_state WHERE region_id = :region")
    wish = {"kind": "install", "product": product, "address": address, "customer": customer, "rate": RATES[product], "service": service}
    door.run(wish)
    state = "SELECT state FROM service WHERE region_id = :region AND code = :code"
    assert ask_one(county, state, code=service) == "active"
    check_in_step(county)
    held = count_uses(county)
    assert held["port", "in_use"] > before["port", "in_use"] and held.get(("port", "reserved")) == before.get(("port", "reserved"))
    door.run({"kind": "remove", "service": service})
    assert ask_one(county, state, code=service) == "terminated"
    check_in_step(county)
    after = count_uses(county)
    rests = int(products()[product].has_number)
    assert after.get(("number", "ageing"), 0) == before.get(("number", "ageing"), 0) + rests
    assert {key: no for key, no in after.items() if key[0] != "number"} == {key: no for key, no in before.items() if key[0] != "number"}
    grown = ask_one(county, "SELECT version FROM region_state WHERE region_id = :region") - version
    signed = "SELECT count(*) FROM change WHERE region_id = :region AND version > :version AND order_id IS NOT NULL"
    assert ask_one(county, signed, version=version) == grown > 10


def test_what_the_county_has_no_ports_for_is_told(site, county, centre):
    assert {*RATES, LACKING} == set(products())
    client = bring_token(site, county, centre, TokenWish("lacking", "write"))
    address = list_addresses(county, "adsl")[0]
    told = client.get("/api/v1/qualifications", query_string={"address": address, "product": LACKING, "rate": 10, "lang": "en"}).json
    assert told["verdict"] == "works" and "has no free vdsl port" in told["lines"][0]["missing"]
    assert {"card"} <= {work["work"] for work in told["lines"][0]["works"]}


@pytest.mark.parametrize("product", RATES)
def test_many_places_are_answered_as_one_by_one_and_with_as_few_statements(county, product):
    """Before the other tests take lines: addresses, customers and what is unknown, all over the county."""
    codes = text(
        "SELECT b.code || '/' || a.code FROM address a JOIN building b ON b.region_id = :region AND b.id = a.building_id"
        " WHERE a.region_id = :region UNION ALL SELECT code FROM customer WHERE region_id = :region ORDER BY 1"
    )
    sent = []
    with Session(county) as session:
        known = session.execute(codes, {"region": REGION}).scalars().all()
        step = len(known) // 60
        asked = [*known[::step][:60], "NO/1", known[0]]
        caller = Caller("anna", "resource_centre", REGION)
        event.listen(county, "before_cursor_execute", lambda *_: sent.append(1))
        counts = []
        for part in (asked[:6], asked):
            sent.clear()
            answers = qualify_places(session, caller, product, RATES[product], part)
            counts.append(len(sent))
        assert counts[1] <= counts[0] + 6 and counts[1] < 45, counts
        for code, answer in zip(asked, answers, strict=True):
            try:
                alone = qualify(session, REGION, ask_place(session, caller, product, RATES[product], address=code), 1)
            except NotFoundError as error:
                assert isinstance(answer, NotFoundError) and answer.code == error.code
            else:
                assert answer == alone
        verdicts = {answer.verdict for answer in answers if isinstance(answer, Answer)}
        assert len(verdicts) > 1, verdicts
