"""Many clients fight over HTTP, against gunicorn as scripts/run starts it, for one cabinet's lines, numbers and VLANs."""

import pytest

from app.access.commands import TokenWish
from app.core.database import transaction
from app.network.queries.tallies import list_tally_differences
from app.services.commands.tallies import FAMILIES
from scripts.benchmarks.crowd import DEADLOCKS, TWICE, Caller, Fight, crowd, served
from tests.conftest import REGION
from tests.people import add_people, bring_token
from tests.site import add_idle_vlans, open_site

pytestmark = pytest.mark.functional
CLIENTS, ROUNDS = 64, 1


@pytest.fixture(scope="module")
def token(engine):
    with open_site(engine, in_use=True) as site:
        add_idle_vlans(engine, site, 20)
        key = add_people(engine, {"centre": ("resource_centre", None)})["centre"]
        yield bring_token(site, engine, key, TokenWish("centre", "write")).environ_base["HTTP_AUTHORIZATION"].removeprefix("Bearer ")


def test_a_crowd_gets_everything_once_and_losers_hear_who_won(engine, token):
    with engine.connect() as connection:
        before = connection.execute(DEADLOCKS).scalar()
    with served(engine.url.render_as_string(hide_password=False)) as port:
        caller = Caller(port, token)
        crowd(engine, caller, Fight("B-E/101", "OLT-1", "C-1", copper="B-E/101"), CLIENTS, ROUNDS)
    statuses = {told.status for told in caller.told}
    assert statuses <= {200, 201, 409, 412} and {200, 201, 409} <= statuses, statuses
    lost = [told.body for told in caller.told if told.name == "next free" and told.status == 409]
    assert lost and all(body["found"] for body in lost if body["code"] == "NONE_FREE")
    assert {told.status for told in caller.told if told.name == "sent again"} <= {201}
    with transaction(engine, "test", "test") as session:
        assert session.execute(TWICE, {"region": REGION}).scalar_one() == 0
        assert session.execute(DEADLOCKS).scalar() == before
        assert list_tally_differences(session, REGION, FAMILIES) == []
