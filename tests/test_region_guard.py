"""The guard that fails statements without a region lets the right ones through, and only those."""

import pytest

from app.core import cross_region
from tests.region_guard import find_fault


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT code FROM structure WHERE region_id = %(region_id)s",
        "SELECT s.code FROM structure s JOIN region r ON r.id = s.region_id WHERE r.code = %(code)s",
        "SELECT 1 FROM structure s WHERE (s.region_id, s.id) IN ((1, 2))",
        "SELECT count(*) FROM region",
        "SELECT code FROM equipment_model",
        "INSERT INTO project (region_id, code) VALUES (1, 'structure')",
        "INSERT INTO project (code, region_id) VALUES ('x', 1) RETURNING id",
        "INSERT INTO project (region_id, code) SELECT region_id, code FROM staged",
        "PREPARE made AS INSERT INTO project (region_id, code) VALUES ($1, $2); EXECUTE made (1, 'x')",
        "EXECUTE made (1, 'it''s; -- x'); SAVEPOINT one; INSERT INTO project (region_id, code) VALUES (1, 'x')",
        "UPDATE structure SET code = 'x' WHERE structure.region_id = 1 AND id = 2",
        "DELETE FROM joint_end USING joint WHERE joint.region_id = joint_end.region_id",
        "CREATE INDEX ix ON structure (code)",
        "ALTER TABLE structure ADD COLUMN x int",
        "SELECT 'no FROM structure here'",
        "SELECT 1 /* FROM structure */",
        "WITH picked AS (SELECT id FROM port WHERE region_id = 1) SELECT id FROM picked",
    ],
)
def test_right_statements_pass(statement):
    assert find_fault(statement) is None


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT code FROM structure",
        "PREPARE found AS SELECT code FROM structure; EXECUTE found",
        "RELEASE SAVEPOINT one; EXECUTE made (1, ARRAY[1,2], '-- x'); INSERT INTO project (code) VALUES ('x')",
        "SELECT region_id, code FROM structure WHERE code = %(code)s",
        'SELECT "structure".code FROM "structure" WHERE code = 1',
        "select * from public.structure where id = 1",
        "SELECT 1 FROM region r JOIN structure ON true",
        "UPDATE structure SET code = 'x' WHERE id = 2",
        "UPDATE structure SET code = 'region_id = 1' WHERE id = 2",
        "DELETE FROM joint_end",
        "DELETE FROM joint_end -- region_id = 1",
        "INSERT INTO project (code) VALUES ('x')",
        "INSERT INTO project (region_id, code) SELECT 1, code FROM project",
        "SELECT region_id, sum(installed) FROM grid_tally GROUP BY region_id",
        "SELECT 1 FROM structure /* cross-region: not-on-the-list */",
    ],
)
def test_statements_without_a_region_are_found(statement):
    assert find_fault(statement)


def test_declared_statements_pass(monkeypatch):
    monkeypatch.setitem(cross_region.DECLARED, "sample", "a test")
    assert find_fault("SELECT region_id, count(*) FROM port GROUP BY 1 /* cross-region: sample */") is None


def test_every_declaration_has_a_reason():
    assert all(name and reason for name, reason in cross_region.DECLARED.items())
