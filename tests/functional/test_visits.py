"""From the share of the market to visits with an outcome: nobody is visited by two, each sees their own, areas keep."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.services.commands.visits import Seller, hand_over
from tests.conftest import REGION
from tests.functional.test_question_runs import ask, post
from tests.people import add_people, come_in
from tests.site import HOSTILE, open_site, read_token, recorded_statements
from tests.town import EAST, WEST

pytestmark = [pytest.mark.functional, pytest.mark.usefixtures("region_guard")]
PEOPLE = {
    "paula": ("planner", None), "frank": ("front_office", None), "fay": ("front_office", (f"{REGION}/{EAST}",)),
    "fred": ("front_office", (f"{REGION}/{WEST}",)),
}  # fmt: skip


@pytest.fixture(scope="module")
def site(engine):
    with open_site(engine, in_use=True) as site:
        yield site


@pytest.fixture(scope="module")
def people(site, engine):
    return {name: come_in(site, key) for name, key in add_people(engine, PEOPLE).items()}


def told(client, table: int, **inputs) -> list[dict]:
    found = ask(client, "M1", lang="en", **inputs).json["tables"][table]
    return [dict(zip([column["name"] for column in found["columns"]], row, strict=True)) for row in found["rows"]]


def test_share_and_list_against_the_rows(engine, people):
    with engine.connect() as connection:
        given = {"r": REGION}
        households = connection.execute(text(
            "SELECT sum(a.household_count) FROM address a JOIN building b ON b.region_id = :r AND b.id = a.building_id"
            " WHERE a.region_id = :r AND b.grid_id IS NOT NULL"), given).scalar()  # fmt: skip
        ours = connection.execute(text(
            "SELECT count(*) FROM service WHERE region_id = :r AND state IN ('active', 'suspended')"
            " AND product IN ('ftth', 'adsl', 'vdsl', 'lan')"), given).scalar()  # fmt: skip
    rows = told(people["paula"], 0, level="county")
    assert sum(row["households"] for row in rows) == households and sum(row["broadband"] for row in rows) == ours > 0
    listed = told(people["paula"], 1)
    assert listed and all(row["idle"] > 0 for row in listed)
    found = ask(people["paula"], "M1", lang="en").json
    assert {f"address:{thing['id']}" for thing in found["tables"][1]["things"]} <= set(found["shapes"])
    with engine.connect() as connection:
        left = connection.execute(text(
            "SELECT b.code || '/' || a.code, max(a.household_count) - count(s.id) FROM address a"
            " JOIN building b ON b.region_id = :r AND b.id = a.building_id LEFT JOIN service s ON s.region_id = :r AND s.address_id = a.id"
            " AND s.state = 'active' AND s.product IN ('ftth', 'adsl', 'vdsl', 'lan') WHERE a.region_id = :r GROUP BY 1"), given).all()
    assert {row["code"]: row["to_win"] for row in listed}.items() <= dict(tuple(row) for row in left).items()
    for access in {row["access"] for row in listed}:
        own = [row for row in listed if row["access"] == access]
        assert len(own) <= own[0]["idle"]


def test_from_the_list_to_outcomes(site, engine, people):
    before = told(people["paula"], 1)
    answer = post(people["paula"], "visits", {"owner": "Frank", "product": "ftth", "count": 1})
    assert (answer.status_code, answer.json["handed"]) == (201, 1), answer.text
    (visit,) = people["frank"].get("/api/v1/visits").json["visits"]
    assert (visit["address"], visit["owner"], visit["state"], visit["handed_by"]) == (before[0]["code"], "frank", "open", "paula")
    # It is on no list any more, and nobody else is sent there.
    assert visit["address"] not in {row["code"] for row in told(people["paula"], 1)}
    with Session(engine) as session, session.begin():
        seller = Seller(REGION, "paula", None, True)
        assert hand_over(session, seller, "fay", "ftth", [(int(visit["address_id"]), "x")], datetime.now(UTC)) == 0
        with pytest.raises(NotFoundError):
            hand_over(session, seller, "nobody", "ftth", [(int(visit["address_id"]), "x")], datetime.now(UTC))
    assert people["fay"].get("/api/v1/visits").json["visits"] == []
    own = f"visits/{visit['id']}"
    refused = post(people["fay"], own, {"outcome": "won"}, "patch")
    assert refused.json["code"] in ("VISIT_OF_ANOTHER", "VISIT_UNKNOWN")
    codes = {post(people[name], own, {"outcome": "won"}, "patch").json["code"] for name in ("fay", "fred")}
    assert codes == {"VISIT_OF_ANOTHER", "VISIT_UNKNOWN"}, "one of them sees the place and not the visit, the other not even the place"
    page = people["frank"].get("/visits")
    assert page.status_code == 200 and "Hand over to" not in page.text and visit["address"] in page.text
    form = {"csrf_token": read_token(people["frank"], "/visits"), "outcome": "won", "note": HOSTILE}
    assert people["frank"].post(f"/visits/{visit['id']}", data=form).status_code == 302
    again = post(people["frank"], own, {"outcome": "lost"}, "patch")
    assert (again.status_code, again.json["code"]) == (409, "VISIT_CLOSED")
    (kept,) = people["paula"].get("/api/v1/visits", query_string={"state": "won"}).json["visits"]
    assert (kept["note"], kept["closed_by"]) == (HOSTILE, "frank") and kept["closed_at"]
    with recorded_statements(site.app) as sent:
        page = people["paula"].get("/visits")
    assert len(sent) <= 5 and "<img" not in page.text.split("<main")[1] and "Won" in page.text
    outcomes = people["paula"].get("/api/v1/visits").json["outcomes"]
    assert [(row["owner"], row["handed"], row["won"], row["open"]) for row in outcomes] == [("frank", 1, 1, 0)]


@pytest.mark.parametrize(
    ("who", "body", "code"),
    [
        ("paula", {"owner": "nobody"}, "OWNER_UNKNOWN"), ("paula", {"owner": "frank", "grid": HOSTILE[:19]}, "GRID_UNKNOWN"),
        ("paula", {"owner": "frank", "product": "lan", "grid": EAST}, "NOTHING_TO_VISIT"), ("frank", {"owner": "frank"}, "FORBIDDEN"),
        ("paula", {"owner": "frank", "count": 0}, "REQUEST_BAD"),
    ],
)  # fmt: skip
def test_what_can_not_be_handed_over(people, who, body, code):
    assert post(people[who], "visits", body).json["code"] == code


def test_stranded_capacity(engine, people):
    """A box all of whose outputs are taken, with idle strands in the one cable that ends there, and it alone, is told."""
    with engine.connect() as connection:
        boxes = connection.execute(text(
            "SELECT e.code FROM equipment e JOIN tally t ON t.region_id = :r AND t.owner_id = e.id AND t.kind = 'splitter_output'"
            " WHERE e.region_id = :r AND t.installed = t.in_use + t.reserved + t.releasing + t.unusable AND t.installed > 0"),
            {"r": REGION}).scalars().all()  # fmt: skip
    found = ask(people["paula"], "S1", lang="en").json
    assert {row[0] for row in found["tables"][1]["rows"]} <= set(boxes)
    offices = found["tables"][0]
    names = [column["name"] for column in offices["columns"]]
    for row in offices["rows"]:
        one = dict(zip(names, row, strict=True))
        assert one["ports_over_pairs"] - one["pairs_over"] == one["idle_ports"] - one["idle_pairs"] != 0
