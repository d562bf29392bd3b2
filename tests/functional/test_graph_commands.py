"""``flask route``, ``spare``, ``weak`` and ``graph facts``, as an operator calls them."""

import json

import pytest

from app import create_app
from app.core.database import transaction
from tests.factories.use import put_in_use
from tests.site import ENGINES
from tests.town import build_town

pytestmark = [pytest.mark.functional]


@pytest.fixture
def call(engine, kept_region):
    """A function that runs a command on the committed town in use."""
    with transaction(engine, "test", "test") as session:
        put_in_use(build_town(session, kept_region))
    app = create_app()
    yield lambda *words: app.test_cli_runner().invoke(args=list(words))
    for name in ENGINES:
        app.extensions[name].dispose()


def test_questions_and_their_answers(call):
    route = call("route", "CO-1", "FC-1", "P-2", "--json")
    plans = [answer["plans"][0] for answer in json.loads(route.output)["routes"]]
    assert route.exit_code == 0 and [plan["metres"] for plan in plans] == [510.0, 440.0]
    assert "SEC-4" in call("route", "CO-1", "FC-1").output and "CB-104/S01" in call("route", "CO-1", "FC-1", "--strands").output
    nothing = call("route", "CO-1", "HH-9")
    assert nothing.exit_code == 1 and "PARTED" in nothing.output
    cut = json.loads(call("route", "CO-1", "FC-1", "--disjoint", "structure", "--json").output)["routes"][0]
    assert (cut["reason"], cut["cuts"]) == ("NOT_APART", ["MH-1", "MH-2", "HH-3"])
    spare = json.loads(call("spare", "CO-1", "FC-1", "--json").output)
    assert spare["strands"] == 8 and spare["sections"] == ["SEC-1", "SEC-2", "SEC-3", "SEC-4"]
    assert call("spare", "CO-1", "HH-9").exit_code == 1
    weak = json.loads(call("weak", "--json").output)
    assert weak["points"][0]["services"] == 6 and weak["rings"][0]["ring"] == "RING-1" and weak["power"]
    assert "RING-1" in call("weak", "--speciality", "route").output
    facts = json.loads(call("graph", "facts", "--speciality", "transmission", "--json").output)
    assert facts["bridges"] == ["UL-1"] and "bridges: 1: UL-1" in call("graph", "facts", "--speciality", "transmission").output


def test_wrong_questions_are_told_in_one_sentence(call):
    for words in (("route", "CO-1", "NOWHERE"), ("route", "CO-1", "CO-1"), ("spare", "CO-1", "CB-104"), ("weak", "--grid", "999"),
                  ("route", "CO-1", "FC-1", "--avoid", "OLT-1"), ("route", "CO-1", "FC-1", "--free", "--strands"),
                  ("route", "CO-1", "FC-1", "--max-m", "-1"), ("graph", "facts", "--speciality", "gas")):  # fmt: skip
        answer = call(*words)
        assert answer.exit_code == 2 and "Traceback" not in answer.output, words
