"""Climbs from access points of the town: to the splitter, through it, and past what a survey may get wrong."""
from sqlalchemy import text

from app.network.rules.terminations import BACK, FRONT
from app.topology import climb as climbing
from app.topology.climb import climb
from tests.factories.plant import join_ends


def climbed(session, town, through: bool, *starts: int) -> dict[int, tuple[list, bool]]:
    """Way -> what it passes, as codes, and whether a line port is reached; the ways are numbered from 1."""
    session.execute(text("DROP TABLE IF EXISTS t_start, t_step, t_end"))
    session.execute(text("CREATE TEMP TABLE t_start (way_id bigint, leave_key bigint) ON COMMIT DROP"))
    session.execute(text("INSERT INTO t_start VALUES (:way, :key)"), [{"way": way, "key": key} for way, key in enumerate(starts, 1)])
    climb(session, town.region_id, "t", through)
    ports = {key: "/".join(code) for code, key in town.port.items()}
    strands = {key: f"{segment}:{no}" for (segment, no), key in town.strand.items()}
    ways = {way: ([], is_line) for way, is_line in session.execute(text("SELECT way_id, is_line FROM t_end"))}
    steps = text("SELECT way_id, conductor_id, port_id, inner_port_id FROM t_step ORDER BY way_id, no")
    for way, conductor, port, inner in session.execute(steps):
        ways[way][0].append(strands.get(conductor) or ports[port])
        if inner and through:
            ways[way][0].append(ports[inner])
    return ways


def test_customers_part_ends_at_the_splitter(session, town):
    box, pair = town.face("FB-1", "A-01", BACK), town.face("DP-1", "01", BACK)
    ways = climbed(session, town, False, box, pair)
    assert ways[1] == (["CB-201/S01:1", "GJ-1/B-01", "SP-1/OUT-01"], False)
    # The main frame's front is free: the way ends at its terminal.
    assert ways[2] == (["CC-302/S01:1", "XC-1/P-001", "XC-1/M-001", "CC-301/S01:1", "MDF-1/V01-001"], False)


def test_way_through_the_splitter_reaches_the_line_port(session, town):
    (way,) = climbed(session, town, True, town.face("FB-1", "A-01", BACK)).values()
    tree = ["SP-1/IN-1", "GJ-1/A-01", "CB-104/S02:1", "CB-104/S01:1", "ODF-1/A-01", "OLT-1/0/1/0"]
    assert way == (["CB-201/S01:1", "GJ-1/B-01", "SP-1/OUT-01", *tree], True)


def test_nothing_joined_ends_at_once(session, town):
    assert climbed(session, town, True, town.face("FB-9", "A-01", BACK)) == {1: ([], False)}


def test_a_ring_of_joints_is_left_after_the_longest_way(session, town, monkeypatch):
    monkeypatch.setattr(climbing, "LONGEST", 12)
    loop = [
        (town.face("MDF-1", "V01-001", FRONT), town.face("MDF-1", "V01-050", FRONT)),
        (town.face("XC-1", "M-050", FRONT), town.face("DP-1", "01", FRONT)),
    ]
    join_ends(session, town.region_id, "jumper", loop, town.equipment["MDF-1"])
    (way,) = climbed(session, town, True, town.face("DP-1", "01", BACK)).values()
    assert len(way[0]) == 12 and not way[1]
