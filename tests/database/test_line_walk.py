"""How the walk of lines is planned, which no answer shows."""

from sqlalchemy import text

from app.core.prepared import ask
from app.operations.statements import sql


def read_whole(node: dict, is_hashed: bool = False) -> set[str]:
    """The tables below a hash or a merge of a plan, where no loop asks for each row by key."""
    # Partitions end in their number.
    found = {node["Relation Name"].removesuffix("_0")} if is_hashed and "Relation Name" in node else set()
    is_hashed = node["Node Type"] in ("Hash", "Merge Join") or is_hashed and node["Node Type"] != "Nested Loop"
    return found.union(*(read_whole(part, is_hashed) for part in node.get("Plans", ())))


def test_joints_are_read_by_key_even_where_the_planner_would_rather_not(session, region, lines):
    given = {"region_id": region, "starts": [1]}
    ask(session, sql("line_walk"), given)
    name = text("SELECT name FROM pg_prepared_statements WHERE statement LIKE '%WITH RECURSIVE walk (start_key, hop, at_key, joint_id%'")
    planned = session.execute(name).scalar()
    # Nested loops are the only way left where OFFSET 0 forbids the others.
    for setting in ("plan_cache_mode = force_generic_plan", "enable_nestloop = off"):
        session.execute(text(f"SET LOCAL {setting}"))
    plan = session.connection().exec_driver_sql(f"EXPLAIN (FORMAT JSON) EXECUTE {planned} (1, ARRAY[1]::bigint[])").scalar()[0]["Plan"]
    hashed = read_whole(plan)
    assert "cable_segment" in hashed and "joint" not in hashed, hashed
