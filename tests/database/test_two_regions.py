"""The same codes and the same ids in two regions: every query answers for its own alone."""
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.network.rules.terminations import A_END, FRONT, Z_END
from app.topology.trace import trace_hops
from tests.databases import network_tables
from tests.factories.plant import add_ends
from tests.town import build_town

# Kept by the journal itself, or given once per region.
NOT_COPIED = {"region_state", "change", "journal"}


@pytest.fixture
def twin(session, town, other_region, settle):
    """The town once more, row by row, with the same ids and codes in another region; one strand of it is cut free."""
    for table in network_tables():
        if table.name in NOT_COPIED:
            continue
        names = [column.name for column in table.columns if column.computed is None and column.name != "region_id"]
        columns = ", ".join(f'"{name}"' for name in names)
        session.execute(
            text(f"INSERT INTO {table.name} (region_id, {columns}) SELECT :other, {columns} FROM {table.name} WHERE region_id = :own"),
            {"other": other_region, "own": town.region_id},
        )
    settle()
    return other_region


def test_twin_is_whole(session, town, twin):
    for table in network_tables():
        if table.name not in NOT_COPIED:
            count = text(f"SELECT count(*) FROM {table.name} WHERE region_id = :id")
            own, other = (session.execute(count, {"id": key}).scalar() for key in (town.region_id, twin))
            assert own == other, table.name


def test_trace_sees_its_own_cut(session, town, twin):
    bound = {"id": twin, "ends": [town.end("CB-104/S01", 1, Z_END), town.end("CB-104/S02", 1, A_END)]}
    session.execute(text("DELETE FROM joint_end WHERE region_id = :id AND end_key = ANY(:ends)"), bound)
    start = town.face("OLT-1", "0/1/0", FRONT)
    assert len(trace_hops(session, town.region_id, start)) == 8
    assert len(trace_hops(session, twin, start)) == 2


def test_splitter_of_another_region_is_not_passed(session, town, twin):
    session.execute(text("UPDATE port SET split_no = 2 WHERE region_id = :id AND role = 'split_out'"), {"id": twin})
    start = town.face("OLT-1", "0/1/0", FRONT)
    assert len(trace_hops(session, town.region_id, start)) == 8
    assert len(trace_hops(session, twin, start)) == 5


def test_change_in_one_leaves_the_other(session, town, twin):
    before = session.execute(text("SELECT count(*) FROM journal WHERE region_id = :id"), {"id": town.region_id}).scalar()
    session.execute(text("UPDATE structure SET health = 'faulty' WHERE region_id = :id"), {"id": twin})
    healthy = text("SELECT count(*) FROM structure WHERE region_id = :id AND health = 'ok'")
    assert session.execute(healthy, {"id": town.region_id}).scalar() == 9
    assert session.execute(healthy, {"id": twin}).scalar() == 0
    assert session.execute(text("SELECT count(*) FROM journal WHERE region_id = :id"), {"id": town.region_id}).scalar() == before


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO room (region_id, site_id, code) VALUES (:other, :site, 'R99')",
        "INSERT INTO conductor (region_id, segment_id, no) VALUES (:other, :segment, 99)",
        "INSERT INTO section (region_id, code, kind, a_structure_id, z_structure_id, length_m, geom)"
        " SELECT :other, 'SEC-99', 'trench', a_structure_id, z_structure_id, 1, geom FROM section WHERE region_id = :own AND id = :section",
        "INSERT INTO equipment (region_id, code, model_id, structure_id) SELECT :other, 'X', model_id, structure_id FROM equipment"
        " WHERE region_id = :own AND id = :equipment",
    ],
)
def test_rows_do_not_point_across(session, town, other_region, statement):
    bound = {
        "own": town.region_id, "other": other_region, "site": town.site["CO-1"], "segment": town.segment["CB-104/S01"],
        "section": town.section["SEC-1"], "equipment": town.equipment["ODF-1"],
    }
    with pytest.raises(IntegrityError, match="fk_|foreign key"):
        session.execute(text(statement), bound)


def test_joint_does_not_cross(session, town, other_region):
    new = text("INSERT INTO joint (region_id, kind) VALUES (:id, 'splice') RETURNING id")
    joint = session.execute(new, {"id": other_region}).scalar_one()
    with pytest.raises(IntegrityError):
        add_ends(session, other_region, [(joint, town.end("CB-104/S01", 13, Z_END), town.end("CB-104/S02", 13, A_END))])


def test_same_codes_stand_side_by_side(session, town, other_region, settle):
    other = build_town(session, other_region)
    settle()
    assert set(other.structure) == set(town.structure)
    assert set(other.structure.values()).isdisjoint(town.structure.values())
