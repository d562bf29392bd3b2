"""From random customers of the demo county by links alone to office port, strand, ground and power, and back, against the files."""

import html
import random
import re
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import create_app
from app.access.commands import add_user
from app.core.settings import load_settings
from scripts.demo_county.chains import ducts_of, read_plant, service_chain
from tests.site import ENGINES, PASSWORD, grant_to_web, read_token
from tests.small_county import copy_county

pytestmark = pytest.mark.functional
FED = """
SELECT e.code FROM equipment e JOIN power_feed f ON f.region_id = 421000 AND f.load_rack_id = e.rack_id WHERE e.region_id = 421000
"""
WALKED, WALKED_BACK = 200, 40
LINK = re.compile(r'href="(/things/[a-z_]+/\d+)"[^>]*>([^<]*)<')
# So many ducts stand on a service's page at most; the others are on the pages of its cable segments.
DUCTS_LISTED = 60


@pytest.fixture
def copied(plain_database, tmp_path_factory):
    with copy_county(plain_database, tmp_path_factory, "records") as copied:
        yield copied


@pytest.fixture
def network(copied):
    return copied.engine


@pytest.fixture
def county(copied):
    """The folder of files that the network was imported from."""
    return copied.folder


@pytest.fixture
def viewer(network, county):
    """A browser signed in as somebody who may only look."""
    grant_to_web(network)
    with Session(network) as session, session.begin():
        add_user(session, "viewer", "viewer", PASSWORD)[0].must_change_password = False
    url = network.url.render_as_string(hide_password=False)
    settings = load_settings()
    app = create_app(replace(settings, database_url=url, web_database_url=settings.web_database_url if "netgrid_web" in url else url))
    client = app.test_client()
    token = read_token(client, "/login")
    assert client.post("/login", data={"login": "viewer", "password": PASSWORD, "csrf_token": token}).status_code == 302
    yield client
    for name in ENGINES:
        app.extensions[name].dispose()


def links(client, address: str) -> dict[str, str]:
    """Where the page's links lead, by the code they show."""
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == 200, address
    return {html.unescape(code): found for found, code in LINK.findall(answer.text)}


def full_code(plant, owner: str, no) -> str:
    """The code by which pages call a strand, a pair or a port."""
    return f"{owner}/{no}" if owner in plant.kinds else f"{owner}:{no}"


def test_the_chain_can_be_followed_from_customers_and_back(network, county, viewer):
    plant = read_plant(county)
    live = [row for row in plant.services if row["access_equipment"]]
    with Session(network) as session:
        fed = set(session.execute(text(FED)).scalars())
    ways = Counter()
    for place, service in enumerate(random.Random(2).sample(live, WALKED)):  # noqa: S311 - repeatable, not secret
        chain = service_chain(plant, service)
        customer = links(viewer, f"/things?code={service['customer']}")
        page = links(viewer, customer[service["code"]])
        members = [full_code(plant, owner, no) for owner, no in chain.members if not str(no).startswith("IN-")]
        assert [code for code in members if code not in page] == [], service["code"]
        # A switch in a building leads on over the fibre there, or over a cord to what stands in the office.
        onward = plant.to_office(chain)
        ways.update(len(way.members) > 2 for way in onward)
        beyond = [member for way in onward for member in way.members]
        members += [full_code(plant, owner, no) for owner, no in beyond if not str(no).startswith("IN-")]
        assert [code for code in members if code not in page] == [], service["code"]
        office = onward[-1].head if onward else chain.head
        assert office[0] in plant.racked or plant.kinds[office[0]] == "switch", service["code"]
        head = full_code(plant, *office)
        assert head in page and office[0] in page, service["code"]
        ground = ducts_of(county, (*chain.members, *beyond))
        assert len(ground) > DUCTS_LISTED or ground <= set(page), service["code"]
        if office[0] in fed:
            assert any("MAINS" in code for code in page) and any("/REC" in code for code in page), service["code"]
        if place < WALKED_BACK or onward:
            for code in (head, next((code for code in members if ":" in code), head)):
                assert_users(viewer, page[code], service)
    assert ways[True] and ways[False]


def assert_users(viewer, address: str, service: dict) -> None:
    """The thing's own page leads back to the service and its customer; page by page where many use it."""
    following = f"{address}/users"
    for _ in range(20):
        answer = viewer.get(following)
        found = {html.unescape(code) for _, code in LINK.findall(answer.text)}
        if service["code"] in found:
            assert service["customer"] in found
            return
        more = re.search(r'rel="next" href="([^"#]+used_services=\d+)', answer.text)
        assert more, (address, service["code"])
        following = html.unescape(more[1])
    raise AssertionError((address, service["code"]))
