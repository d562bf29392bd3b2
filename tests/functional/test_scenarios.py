"""Scenarios through their doors: entered by place or grid, they move the day on which something runs out, and go again."""

import pytest

from tests.conftest import REGION
from tests.functional.test_question_runs import ask, post
from tests.people import add_people, come_in
from tests.site import HOSTILE, open_site, read_token, recorded_statements
from tests.town import COUNTY, EAST, WEST

pytestmark = [pytest.mark.functional, pytest.mark.usefixtures("region_guard")]
PEOPLE = {"paula": ("planner", None), "vera": ("viewer", None), "west": ("planner", (f"{REGION}/{WEST}",))}
BUILDING = {"scenario": "新城", "kind": "new_building", "product": "ftth", "lines": 120, "from_on": "2030-01-01", "until_on": "2030-06-30"}


@pytest.fixture(scope="module")
def site(engine):
    with open_site(engine, in_use=True) as site:
        yield site


@pytest.fixture(scope="module")
def people(site, engine):
    return {name: come_in(site, key) for name, key in add_people(engine, PEOPLE).items()}


def test_entered_listed_asked_and_deleted(site, people):
    paula = people["paula"]
    by_place = post(paula, "scenarios", {**BUILDING, "lon": 112.2332, "lat": 30.0582, "note": HOSTILE})
    by_grid = post(paula, "scenarios", {"scenario": "新城", "kind": "campaign", "product": "pots", "grid": COUNTY, "ratio": 1.5,
                                        "from_on": "2030-01-01"})  # fmt: skip
    assert (by_place.status_code, by_grid.status_code) == (201, 201), by_place.text + by_grid.text
    told = people["vera"].get("/api/v1/scenarios").json
    assert told["scenarios"] == ["brisk", "slow", "新城"]
    first, second = told["factors"]
    assert first["grid"] in (EAST, WEST) and (first["line_count"], first["lon"], second["grid"]) == (120, 112.2332, COUNTY)
    with recorded_statements(site.app) as sent:
        page = paula.get("/scenarios")
    assert page.status_code == 200 and len(sent) <= 5 and "<img" not in page.text.split("<main")[1] and "新城" in page.text
    assert "新城" in paula.get("/questions/Q5").text
    wild = ask(paula, "Q5", scenario="wild")
    assert (wild.status_code, wild.json["code"], "新城" in wild.json["expected"]) == (422, "SCENARIO_UNKNOWN", True)
    form = {"csrf_token": read_token(paula, "/scenarios")}
    assert paula.post(f"/scenarios/{first['id']}", data=form).status_code == 302
    token = {"X-CSRFToken": form["csrf_token"]}
    assert paula.delete(f"/api/v1/scenarios/{second['id']}", headers=token).status_code == 204
    assert paula.delete(f"/api/v1/scenarios/{second['id']}", headers=token).json["code"] == "FACTOR_UNKNOWN"
    assert people["vera"].get("/api/v1/scenarios").json == {"scenarios": ["brisk", "slow"], "factors": []}


@pytest.mark.parametrize(
    ("who", "more", "code"),
    [
        ("paula", {"grid": "999"}, "GRID_UNKNOWN"), ("paula", {"lon": 1.0, "lat": 2.0}, "PLACE_OUTSIDE"), ("paula", {}, "FACTOR_INVALID"),
        ("paula", {"grid": COUNTY, "lines": None}, "FACTOR_INVALID"), ("paula", {"grid": COUNTY, "lines": 0}, "REQUEST_BAD"),
        ("paula", {"grid": COUNTY, "until_on": "2029-01-01"}, "FACTOR_INVALID"), ("vera", {"grid": COUNTY}, "FORBIDDEN"),
        ("west", {"grid": WEST}, "AREA_WHOLE"),
    ],
)  # fmt: skip
def test_what_is_refused(people, who, more, code):
    assert post(people[who], "scenarios", {**BUILDING, **more}).json["code"] == code


def test_the_form_tells_what_is_wrong(people):
    form = {"csrf_token": read_token(people["paula"], "/scenarios"), "scenario": HOSTILE, "kind": "churn", "product": "pots",
            "from_on": "2030-01-01", "place": "here", "grid": COUNTY, "ratio": "1"}  # fmt: skip
    for changed, word in (({}, "place"), ({"place": "", "ratio": "x"}, "ratio"), ({"place": "", "from_on": ""}, "from_on")):
        answer = people["paula"].post("/scenarios", data={**form, **changed})
        assert answer.status_code == 422 and word in answer.text and "<img" not in answer.text.split("<main")[1]
    made = people["paula"].post("/scenarios", data={**form, "place": ""})
    assert made.status_code == 302
