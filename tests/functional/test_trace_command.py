"""``flask trace``, as an operator calls it."""
import json

import pytest
from sqlalchemy import text

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
        session.execute(text("ANALYZE"))
    app = create_app()
    yield lambda *words: app.test_cli_runner().invoke(args=list(words))
    for name in ENGINES:
        app.extensions[name].dispose()


def test_trace_is_told_in_every_form(call, tmp_path):
    answer = call("trace", "FT-1", "--lang", "en")
    assert answer.exit_code == 0
    assert "Trace of FB-1/A-01, Service FT-1, Circuit AC-FT-1" in answer.output and "No breaks and no doubts" in answer.output
    assert "没有中断与疑点" in call("trace", "FT-1", "--lang", "zh").output
    told = json.loads(call("trace", "FT-1", "--json").output)
    assert [hop["code"] for hop in told["traces"][0]["hops"]][-1] == "OLT-1/0/1/0"
    assert told["traces"][0]["ends"][0]["totals"]["loss_db"]["1310"] == 13.631
    assert len(json.loads(call("trace", "FT-1", "--geojson").output)["features"]) == 10
    answer = call("trace", "LL-S", "--svg", str(tmp_path / "way.svg"))
    assert [path.name for path in sorted(tmp_path.iterdir())] == [f"way-{no}.svg" for no in (1, 2, 3, 4)], answer.output


def test_what_is_wrong_is_told_in_a_sentence(call):
    for words, code in ((("NOBODY",), "CODE_UNKNOWN"), (("CB-104", "--geojson"), "NOT_TRACED"), (("FT-1", "--class", "Q"), "PON_CLASS")):
        answer = call("trace", *words)
        assert answer.exit_code == 2 and code in answer.output and "Traceback" not in answer.output
    assert "holds no line" in call("trace", "B-E/102", "--lang", "en").output


def test_layers_are_told_downwards_and_upwards(call):
    hole = call("trace", "SEC-1/K02", "--lang", "en")
    assert hole.exit_code == 0 and "Service: PT-1 PT-2 PT-3 PT-4" in hole.output, hole.output
    assert json.loads(call("trace", "SEC-1", "--json").output)["above"]
    told = json.loads(call("trace", "FT-1", "--layers", "--json").output)
    assert [layer["kind"] for layer in told["below"]][0] == "vlan" and told["below"][-1]["kind"] == "structure"
    strand = call("trace", "CB-104/S01:1", "--layers", "--lang", "zh").output
    assert "CB-104/S01:1: 承载" in strand and "FT-1" in strand
    assert call("trace", "CB-104/S01:2", "--layers", "--lang", "en").output.endswith("carries nobody\n")
