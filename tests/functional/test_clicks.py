"""What lies under one click, told apart by one question."""

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from tests.conftest import REGION
from tests.site import HOSTILE, open_site

pytestmark = pytest.mark.functional
STATEMENTS_MAX = 4


@pytest.fixture(scope="module")
def client(engine):
    with open_site(engine) as site:
        with engine.begin() as connection:
            named = text("UPDATE grid SET name_zh = '公安县', name_en = 'Gongan' WHERE region_id = :region AND code = '421022'")
            connection.execute(named, {"region": REGION})
        yield site.sign_in()


@pytest.fixture
def statements():
    """The statements that are sent while the test runs."""
    sent = []
    listener = lambda *given: sent.append(given[2])  # noqa: E731
    event.listen(Engine, "before_cursor_execute", listener)
    yield sent
    event.remove(Engine, "before_cursor_execute", listener)


def keys_of(client, *codes: str) -> dict[str, str]:
    """The key of each thing by its code."""
    hits = {code: client.get("/api/v1/search", query_string={"q": code}).json["hits"] for code in codes}
    return {code: next(hit["id"] for hit in found if hit["code"] == code) for code, found in hits.items()}


def test_several_things_are_told_apart_by_one_statement(client, statements):
    key = keys_of(client, "MH-1", "SEC-1", "CB-104/S01", "GJ-1")
    asked = f"equipment:{key['GJ-1']},cable:{key['CB-104/S01']},structure:999999999,section:{key['SEC-1']},structure:{key['MH-1']}"
    del statements[:]
    told = client.get("/api/v1/things", query_string={"of": asked, "lang": "en"}).json["things"]
    assert [thing["code"] for thing in told] == ["GJ-1", "CB-104/S01", "SEC-1", "MH-1"]
    assert [thing["kind_label"] for thing in told] == ["Fibre cabinet", "Fibre", "Duct section", "Manhole"]
    assert told[3]["name"] == HOSTILE
    facts = {fact["key"]: fact["value"] for fact in told[1]["facts"]}
    assert facts["conductor_count"] == 24 and facts["sheath_m"] > 0
    assert len([sent for sent in statements if "cable_segment" in sent]) == 1 and len(statements) <= STATEMENTS_MAX


@pytest.mark.parametrize(
    ("of", "status"),
    [("", 422), ("structure", 422), ("structure:x", 422), ("structure:1;", 422), ("nothing:1", 404), (f"structure:{10**18}", 422),
     (",".join(["structure:1"] * 120), 422), (",".join(["structure:1"] * 60), 200)],
)  # fmt: skip
def test_wrong_questions_about_several_things(client, of, status):
    assert client.get("/api/v1/things", query_string={"of": of}).status_code == status


@pytest.mark.parametrize(
    ("words", "language", "name"), [("gongan", "en", "Gongan"), ("421022", "zh", "公安县"), ("421022", "en", "Gongan")]
)
def test_search_knows_grids_in_both_languages(client, words, language, name):
    hits = client.get("/api/v1/search", query_string={"q": words, "lang": language}).json["hits"]
    assert name in [hit["name"] for hit in hits]
