"""The town is whole: its joints hold, its lengths add up, and the tallies told in its docstring are those of its rows."""
import pytest
from sqlalchemy import text

from app.network.rules.terminations import FRONT, SPLIT_IN
from tests import town as plan


def test_town_stands(town, settle):
    settle()
    assert len(town.structure) == 9
    assert len(town.strand) == 24 + 24 + 12 + 12 + 100 + 10


def test_lengths_are_those_of_the_ground(session, town):
    rows = session.execute(
        text("SELECT code, length_m, ST_Length(geom::geography) FROM section WHERE region_id = :region_id"), {"region_id": town.region_id}
    ).all()
    assert {code: length for code, length, _ in rows} == {code: section[3] for code, section in plan.SECTIONS.items()}
    for code, stated, measured in rows:
        assert measured == pytest.approx(stated, abs=0.1), code


def test_sheath_is_run_and_coils(session, town):
    rows = session.execute(
        text(
            "SELECT g.sheath_m, sum(s.length_m + r.slack_before_m + r.slack_after_m) FROM cable_segment g"
            " JOIN cable_run r ON r.region_id = g.region_id AND r.segment_id = g.id"
            " JOIN section s ON s.region_id = g.region_id AND s.id = r.section_id WHERE g.region_id = :region_id GROUP BY g.id, g.sheath_m"
        ),
        {"region_id": town.region_id},
    ).all()
    assert len(rows) == 6
    assert all(sheath == run for sheath, run in rows)


def test_structures_stand_in_their_grids(session, town):
    rows = session.execute(
        text(
            "SELECT s.code, g.code FROM structure s LEFT JOIN grid g ON g.region_id = s.region_id AND g.level = 3"
            " AND ST_Covers(g.geom, s.geom) WHERE s.region_id = :region_id"
        ),
        {"region_id": town.region_id},
    ).all()
    assert dict(map(tuple, rows)) == {code: place[3] for code, place in plan.STRUCTURES.items()}


def test_shares_are_those_of_the_ground(session, town):
    rows = session.execute(
        text(
            "SELECT s.code, g.code, ST_Length(ST_Intersection(s.geom, g.geom)::geography) / ST_Length(s.geom::geography)"
            " FROM section s JOIN grid g ON g.region_id = s.region_id AND g.level = 3 AND ST_Intersects(s.geom, g.geom)"
            " WHERE s.region_id = :region_id"
        ),
        {"region_id": town.region_id},
    ).all()
    for section, grid, share in rows:
        assert plan.SHARES.get(section, {plan.WEST: 1.0})[grid] == pytest.approx(share, abs=0.002)


@pytest.mark.parametrize(
    ("kind", "technology", "sql"),
    [
        ("port", "pon", "SELECT use, health FROM port WHERE region_id = :region_id AND role = 'plain' AND port_type = 'pon'"),
        ("splitter_output", "", "SELECT use, health FROM port WHERE region_id = :region_id AND role = 'split_out'"),
        (
            "strand", "",
            "SELECT c.use, c.health FROM conductor c JOIN cable_segment s ON s.region_id = c.region_id AND s.id = c.segment_id"
            " WHERE c.region_id = :region_id AND s.medium = 'fibre' AND c.life = 'in_service'",
        ),
        (
            "pair", "",
            "SELECT c.use, c.health FROM conductor c JOIN cable_segment s ON s.region_id = c.region_id AND s.id = c.segment_id"
            " WHERE c.region_id = :region_id AND s.medium = 'copper'",
        ),
        ("duct", "", "SELECT use, health FROM duct WHERE region_id = :region_id AND parent_id IS NULL"),
        ("subduct", "", "SELECT use, health FROM duct WHERE region_id = :region_id AND parent_id IS NOT NULL"),
    ],
)
def test_tallies_by_hand_are_those_of_the_rows(session, town, kind, technology, sql):
    rows = session.execute(text(sql), {"region_id": town.region_id}).all()
    counted = (
        len(rows), sum(use == "in_use" for use, _ in rows), sum(use == "reserved" for use, _ in rows),
        sum(use == "releasing" for use, _ in rows), sum(use == "idle" and health in ("faulty", "blocked") for use, health in rows),
    )
    told = [counts for (of, _, what), counts in plan.TALLIES.items() if (of, what) == (kind, technology)]
    assert counted == tuple(map(sum, zip(*told, strict=True)))[:5]


def test_light_starts_where_it_is_told(session, town):
    mate = text("SELECT mate_key FROM joint_end WHERE region_id = :region_id AND end_key = :end_key")
    start = town.face("OLT-1", "0/1/0", FRONT)
    assert session.execute(mate, {"region_id": town.region_id, "end_key": start}).scalar_one() == town.face("ODF-1", "A-01", FRONT)
    splitter = town.face("SP-1", "IN-1", SPLIT_IN)
    assert session.execute(mate, {"region_id": town.region_id, "end_key": splitter}).scalar_one() == town.face("GJ-1", "A-01", FRONT)
