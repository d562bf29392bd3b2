"""Traces through the town, forwards and backwards, through splitters, and past what a survey may get wrong."""
from sqlalchemy import text

from app.network.rules.terminations import A_END, BACK, FRONT, SPLIT_IN, SPLIT_OUT, Z_END, other_side
from app.topology.trace import _TRACE, Hop, trace_hops
from tests import town as plan
from tests.factories.plant import join_ends


def test_light_goes_from_the_port_to_the_box(session, town):
    end, face = town.end, town.face
    assert trace_hops(session, town.region_id, face("OLT-1", "0/1/0", FRONT)) == [
        Hop(1, face("OLT-1", "0/1/0", FRONT), face("ODF-1", "A-01", FRONT)),
        Hop(2, face("ODF-1", "A-01", BACK), end("CB-104/S01", 1, A_END)),
        Hop(3, end("CB-104/S01", 1, Z_END), end("CB-104/S02", 1, A_END)),
        Hop(4, end("CB-104/S02", 1, Z_END), face("GJ-1", "A-01", BACK)),
        Hop(5, face("GJ-1", "A-01", FRONT), face("SP-1", "IN-1", SPLIT_IN)),
        Hop(6, face("SP-1", "OUT-01", SPLIT_OUT), face("GJ-1", "B-01", FRONT)),
        Hop(7, face("GJ-1", "B-01", BACK), end("CB-201/S01", 1, A_END)),
        Hop(8, end("CB-201/S01", 1, Z_END), face("FB-1", "A-01", BACK)),
    ]


def test_way_back_is_the_same_way(session, town):
    there = trace_hops(session, town.region_id, town.face("OLT-1", "0/1/0", FRONT))
    back = trace_hops(session, town.region_id, town.face("FB-1", "A-01", BACK))
    assert len(there) == plan.LIGHT_PATH_JOINTS
    assert [(hop.at_key, hop.from_key) for hop in reversed(back)] == [(hop.from_key, hop.at_key) for hop in there]


def test_current_goes_through_the_copper_cabinet(session, town):
    hops = trace_hops(session, town.region_id, town.face("MDF-1", "V01-003", BACK))
    assert len(hops) == 5
    assert hops[-1].at_key == town.face("DP-1", "03", BACK)


def test_trace_stops_where_no_jumper_lies(session, town):
    hops = trace_hops(session, town.region_id, town.face("MDF-1", "V01-050", BACK))
    assert [hop.at_key for hop in hops] == [town.end("CC-301/S01", 50, A_END), town.face("XC-1", "M-050", BACK)]


def test_trace_from_the_middle_goes_one_way(session, town):
    near, far = town.end("CB-104/S01", 1, A_END), town.end("CB-104/S01", 1, Z_END)
    assert trace_hops(session, town.region_id, near)[-1].at_key == town.face("OLT-1", "0/1/0", FRONT)
    assert trace_hops(session, town.region_id, far)[-1].at_key == town.face("FB-1", "A-01", BACK)


def test_nothing_joined_gives_nothing(session, town):
    assert trace_hops(session, town.region_id, town.end("CB-104/S01", 24, Z_END)) == []
    assert trace_hops(session, town.region_id, 8 * 10**15) == []


def test_splitter_spreads_to_every_joined_output(session, town):
    pairs = [(town.face("SP-1", f"OUT-{no:02}", SPLIT_OUT), town.face("GJ-1", f"B-{no:02}", FRONT)) for no in range(2, 9)]
    join_ends(session, town.region_id, "patch", pairs)
    hops = trace_hops(session, town.region_id, town.face("OLT-1", "0/1/0", FRONT))
    assert [hop.no for hop in hops] == [1, 2, 3, 4, 5] + [6] * 8 + [7] * 8 + [8] * 8
    assert {hop.at_key for hop in hops if hop.no == 8} == {town.face("FB-1", f"A-{no:02}", BACK) for no in range(1, 9)}


def test_outputs_of_a_splitter_do_not_reach_each_other(session, town):
    join_ends(session, town.region_id, "patch", [(town.face("SP-1", "OUT-02", SPLIT_OUT), town.face("GJ-1", "B-02", FRONT))])
    hops = trace_hops(session, town.region_id, town.face("FB-1", "A-02", BACK))
    assert hops[-1].at_key == town.face("OLT-1", "0/1/0", FRONT)
    assert all(hop.at_key != town.face("GJ-1", "B-01", FRONT) for hop in hops)


def test_ring_is_walked_once(session, town):
    """Two strands joined to each other at both ends: light comes back to where it started, and the trace ends."""
    ends = [town.end("CB-104/S01", no, face) for face in (A_END, Z_END) for no in (13, 14)]
    join_ends(session, town.region_id, "splice", [(ends[0], ends[1]), (ends[2], ends[3])])
    hops = trace_hops(session, town.region_id, ends[0])
    assert [(hop.no, hop.from_key, hop.at_key) for hop in hops] == [(1, ends[0], ends[1]), (2, ends[3], ends[2])]
    assert other_side(hops[-1].at_key) == ends[0]


def test_trace_stays_in_its_region(session, town, other_region):
    assert trace_hops(session, other_region, town.face("OLT-1", "0/1/0", FRONT)) == []


def test_trace_is_one_statement_on_keys(session, town):
    """No step of the walk reads a whole table, however small the planner thinks it is."""
    session.execute(text("SET LOCAL enable_seqscan = off"))
    sql = _TRACE.text.replace(":longest", "500")
    bound = {"region_id": town.region_id, "end_key": town.face("OLT-1", "0/1/0", FRONT)}
    lines = session.execute(text(f"EXPLAIN {sql}"), bound).scalars().all()
    assert not [line for line in lines if "Seq Scan" in line]
