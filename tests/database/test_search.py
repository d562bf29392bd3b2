"""Search by any part of a code or name, through the indexes."""

import pytest
from sqlalchemy import text

from app.maps.queries import search_codes, statement
from app.network.models.index import CodeIndex

ROWS = 6000
# Fresh rows wait in a list beside the index, which makes its use look dear; vacuum does the same.
EMPTY_PENDING_LISTS = """SELECT gin_clean_pending_list(c.oid) FROM pg_class AS c JOIN pg_am AS m ON m.oid = c.relam
    WHERE m.amname = 'gin' AND c.relkind = 'i' AND c.relname ~ 'code_index'"""


@pytest.fixture
def crowd(session, region, other_region):
    """Two regions with six thousand plates each, and a few that stand out."""
    for key in (region, other_region):
        session.execute(
            text(
                "INSERT INTO code_index (region_id, code_key, kind, id, code, name)"
                " SELECT :region, code, 'structure', n, code, n || '号人井'"
                " FROM (SELECT n, 'GA-DHD/J' || lpad(n::text, 5, '0') AS code FROM generate_series(1, :rows) AS n) AS made"
            ),
            {"region": key, "rows": ROWS},
        )
        add(session, key, ROWS + 1, "XY/Q777", "解放路电信局")
        add(session, key, ROWS + 2, "Q7770", None)
    session.execute(text("ANALYZE code_index"))
    return region


def add(session, region_id: int, key: int, code: str, name: str | None) -> None:
    values = {"region_id": region_id, "code_key": code, "kind": "structure", "id": key, "code": code, "name": name}
    session.add(CodeIndex(**values))
    session.flush()


def codes(session, region_id: int, words: str) -> list[str]:
    return [hit.code for hit in search_codes(session, region_id, words)]


def test_parts_of_codes_are_found_the_plainest_first(session, crowd):
    assert codes(session, crowd, "j01234") == ["GA-DHD/J01234"]
    assert codes(session, crowd, "Q777") == ["Q7770", "XY/Q777"]
    assert codes(session, crowd, "Y/Q") == ["XY/Q777"]
    assert len(codes(session, crowd, "DHD/J")) == 20
    assert codes(session, crowd, "777Q") == []


@pytest.mark.parametrize("words", ["解放", "信局", "放路电", "解放路", "路电信"])
def test_parts_of_names_are_found(session, crowd, words):
    assert codes(session, crowd, words) == ["XY/Q777"]


def test_two_letters_are_looked_for_where_codes_and_names_begin(session, crowd):
    assert codes(session, crowd, "放路") == []
    assert codes(session, crowd, "XY") == ["XY/Q777"]
    assert codes(session, crowd, "Y/") == codes(session, crowd, "-J") == []
    assert codes(session, crowd, "y/q") == ["XY/Q777"]


@pytest.mark.parametrize("words", ["%", "_", "\\", "/-#", "%%%"])
def test_signs_alone_find_nothing(session, crowd, words):
    assert codes(session, crowd, words) == []


@pytest.mark.parametrize(("words", "looks_inside"), [("J01234", True), ("DHD/J0099", True), ("ZZ", False)])
def test_no_search_reads_every_row(session, crowd, words, looks_inside):
    """With plain scans forbidden, an arm without an index of its own would show as one that is bound by the region alone."""
    session.execute(text("SET LOCAL enable_seqscan = off"))
    session.execute(text(EMPTY_PENDING_LISTS))
    values = {
        "region_id": crowd, "text": words, "code_key": words, "limit": 20, "looks_inside": looks_inside, "in_english": False,
        "begins": f"{words}%", "ends": f"%{words}", "part": f"%{words}%", "name_begins": f"%{words}%" if looks_inside else f"{words}%",
    }  # fmt: skip
    plan = session.execute(text(f"EXPLAIN {statement('search').text}"), values).scalars().all()
    bounds = [line for line in plan if "Index Cond" in line and "code_index" in plan[plan.index(line) - 1]]
    assert len(bounds) >= (5 if looks_inside else 3)
    assert all("code_key" in line or "name" in line for line in bounds), "\n".join(plan)
    assert not any("Seq Scan" in line for line in plan), "\n".join(plan)
