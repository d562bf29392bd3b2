"""``flask occupancy`` and ``flask network check``, as an operator calls them."""

import csv
import io
import json

import pytest
from sqlalchemy import text

from app import create_app
from app.core.database import transaction
from app.network.commands.tallies import settle_tallies
from tests.site import ENGINES
from tests.town import EAST, WEST, build_town

pytestmark = [pytest.mark.functional]


@pytest.fixture
def call(engine, kept_region):
    """A function that runs a command on the committed town."""
    with transaction(engine, "test", "test") as session:
        build_town(session, kept_region)
        settle_tallies(session, kept_region)
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
        3,
        2,
        1,
        54,
        12,
    )
    assert strands["fill_ratio"] == pytest.approx(3 / 60)
    assert strands["effective_ratio"] == pytest.approx(5 / 59)
    assert told["data_date"]


def test_occupancy_by_community(call):
    rows = list(
        csv.DictReader(io.StringIO(call("occupancy", "--level", "community", "--resource", "terminals", "--csv").output.lstrip("\ufeff")))
    )
    assert [(row["grid"], row["installed"]) for row in rows] == [(WEST, str(72 + 500 + 600)), (EAST, str(144 + 12 + 10)), ("'-", "12")]


def test_occupancy_of_one_grid_as_text(call):
    answer = call("occupancy", "--grid", EAST, "--technology")
    assert "Strand-metres" in answer.output and "Data of " in answer.output


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
    assert call("network", "check", "--rule", "K99").exit_code == 2
