"""``flask occupancy`` and ``flask network check``, as an operator calls them."""

import csv
import io
import json

import pytest
from sqlalchemy import text

from app import create_app
from app.core.database import transaction
from app.services.commands.tallies import settle_all_tallies
from tests.factories.use import put_in_use
from tests.site import ENGINES
from tests.town import EAST, WEST, build_town

pytestmark = [pytest.mark.functional]


@pytest.fixture
def call(engine, kept_region):
    """A function that runs a command on the committed town in use, whose size the planner knows, as after an import."""
    with transaction(engine, "test", "test") as session:
        put_in_use(build_town(session, kept_region))
        settle_all_tallies(session, kept_region)
        session.execute(text("ANALYZE"))
    app = create_app()
    yield lambda *words: app.test_cli_runner().invoke(args=list(words))
    for name in ENGINES:
        app.extensions[name].dispose()


def test_occupancy_of_the_region(call):
    answer = call("occupancy", "--json")
    assert answer.exit_code == 0
    told = json.loads(answer.output)
    strands = next(row for row in told["rows"] if row["resource"] == "strand")
    assert (strands["installed"], strands["in_use"], strands["reserved"], strands["unusable"], strands["idle"], strands["planned"]) == (
        60,
        7,
        2,
        1,
        50,
        12,
    )
    assert strands["fill_ratio"] == pytest.approx(7 / 60)
    assert strands["effective_ratio"] == pytest.approx(9 / 59)
    assert told["data_date"]


def test_occupancy_by_community(call):
    rows = list(
        csv.DictReader(io.StringIO(call("occupancy", "--level", "community", "--resource", "terminals", "--csv").output.lstrip("\ufeff")))
    )
    assert [(row["grid"], row["installed"]) for row in rows] == [(WEST, str(72 + 500 + 600)), (EAST, str(144 + 12 + 10)), ("'-", "12")]


def test_occupancy_of_one_grid_as_text(call):
    answer = call("occupancy", "--grid", EAST, "--technology")
    assert "Strand-metres" in answer.output and "Data of " in answer.output


def test_what_is_used_is_listed_with_its_unit(call):
    told = {row["resource"]: row for row in json.loads(call("occupancy", "--json").output)["rows"]}
    assert list(told)[0] == "port"
    assert (told["rack_w"]["installed"], told["rack_w"]["in_use"], told["rack_w"]["unit"]) == (2000, 910, "W")
    assert (told["home"]["installed"], told["home"]["in_use"], told["home"]["ratios_mean"]) == (12, 1, "Take rate")
    rows = json.loads(call("occupancy", "--level", "community", "--resource", "numbers", "--json").output)["rows"]
    assert [(row["grid"], row["installed"], row["releasing"]) for row in rows] == [(WEST, 20, 1), (EAST, 0, 0)]
    assert "Power" in call("occupancy", "--grid", WEST).output


def test_occupancy_as_a_workbook(call, tmp_path):
    assert call("occupancy", "--xlsx", str(tmp_path / "o.xlsx")).exit_code == 0
    assert (tmp_path / "o.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    "words", [("--grid", "nix"), ("--level", "town"), ("--level", "town", "--resource", "ports", "--grid", EAST), ("--region", "999999")]
)
def test_wrong_options_end_with_2(call, words):
    assert call("occupancy", *words).exit_code == 2


def test_recount_and_repair(call, engine, kept_region):
    assert "equals" in call("occupancy", "recount").output
    with engine.begin() as connection:
        connection.execute(text("UPDATE tally SET installed = installed + 1 WHERE region_id = :r AND kind = 'slot'"), {"r": kept_region})
    assert call("occupancy", "recount", "--json").exit_code == 1
    assert call("occupancy", "recount", "--repair").exit_code == 1
    assert call("occupancy", "recount").exit_code == 0


def test_check_names_what_breaks_a_rule(call):
    answer = call("network", "check", "--json")
    assert answer.exit_code == 1
    assert {(one["rule"], one["subject"]) for one in json.loads(answer.output)["breaches"]} == {("B6", "SEC-5"), ("O19", "HH-9")}
    assert call("network", "check", "--rule", "K5").exit_code == 0
    assert call("network", "check", "--rule", "o7").exit_code == 0
    assert "长度超出常见范围" in call("network", "check", "--rule", "B6", "--lang", "zh").output
    assert "as long as such sections" in call("network", "check", "--rule", "B6", "--lang", "en").output
    assert call("network", "check", "--rule", "K99").exit_code == 2
