"""Traces through the town in use, told in full: lengths, losses and loops worked out by hand, and what records contradict."""
from datetime import date

import pytest
from sqlalchemy import event, text

from app.core.errors import InputError, NotFoundError
from app.network.rules.terminations import A_END, BACK, FRONT, SPLIT_OUT, Z_END, conductor_end, port_end
from app.services.models import Circuit
from app.topology.impact import find_impact
from app.topology.trace import Question, trace_ways
from app.topology.trace_drawing import geojson_of, svg_of
from app.topology.trace_start import find_traced, list_starts_of
from app.topology.trace_text import end_lines, finding_lines, table_of
from tests.factories.plant import install, join_ends, pull_segment

# Port, ODF, two strands, cabinet, splitter's input and output, cabinet, strand, box.
LIGHT_PATH = [
    "OLT-1/0/1/0", "ODF-1/A-01", "CB-104/S01:1", "CB-104/S02:1", "GJ-1/A-01", "SP-1/IN-1",
    "SP-1/OUT-01", "GJ-1/B-01", "CB-201/S01:1", "FB-1/A-01",
]  # fmt: skip


@pytest.fixture
def used(use):
    return use.town


def trace(session, town, *start, **question):
    (found,) = trace_ways(session, town.region_id, [start], Question(**question))
    return found


def of_code(session, town, code):
    hit = find_traced(session, town.region_id, code)
    starts = list_starts_of(session, town.region_id, hit.kind, hit.id)
    return starts, trace_ways(session, town.region_id, [start.thing for start in starts])


def rules(found):
    return [(one.rule, found.hop(one.hop).code if one.hop else None) for one in found.findings]


def test_light_path_is_told_in_full(session, used):
    found = trace(session, used, "port", used.port["OLT-1", "0/1/0"])
    assert [hop.code for hop in found.hops] == LIGHT_PATH
    assert [hop.joint.kind if hop.joint else None for hop in found.hops] == [
        None, "patch", "termination", "splice", "termination", "patch", None, "patch", "termination", "termination",
    ]  # fmt: skip
    assert found.findings == ()
    third = found.hops[2]
    assert (third.place.code, third.far_place.code, third.colours) == ("CO-1", "MH-2", ("蓝/蓝", "blue/blue"))
    assert found.hops[0].room == "CO-1/R01/C01"
    assert [hop.claim.circuit for hop in found.hops] == ["PON-1"] * 6 + ["AC-FT-1"] * 4


def test_lengths_and_losses_by_hand(session, used):
    """725 m of sheath; plugs 1 + 2 + 2, four pigtails, one splice of 0.05 dB, a splitter 1:8 of 10.5 dB; margin 1 dB."""
    found = trace(session, used, "port", used.port["OLT-1", "0/1/0"])
    (end,) = found.ends
    assert (end.totals.sheath_m, end.totals.route_m) == (330 + 235 + 160, 300 + 210 + 150)
    joints = 5 * 0.5 + 4 * 0.08 + 0.05 + 10.5
    assert end.totals.loss_db == {1310: pytest.approx(joints + 0.725 * 0.36), 1490: pytest.approx(joints + 0.725 * 0.22)}
    assert end.margin_db == 1.0
    assert end.verdict.pon_class == "B+" and end.verdict.passes
    assert not trace(session, used, "port", used.port["OLT-1", "0/1/0"], pon_class="C+").ends[0].verdict.passes


def test_loop_by_hand(session, used):
    found = trace(session, used, "conductor", used.strand["CC-302/S01", 3])
    assert [hop.code for hop in found.hops] == [
        "SW-1/0/1/2", "MDF-1/V01-003", "CC-301/S01:3", "XC-1/M-003", "XC-1/P-003", "CC-302/S01:3", "DP-1/03",
    ]  # fmt: skip
    assert found.ends[0].totals.loop_ohm == pytest.approx(2 * 148.0 * 0.455)
    assert found.hops[2].colours == ("白蓝 白绿", "white-blue white-green")
    assert found.findings == ()


def test_chain_is_told_alike_from_everywhere(session, used):
    whole = [hop.code for hop in trace(session, used, "port", used.port["OLT-1", "0/1/0"]).hops]
    for start in (("conductor", used.strand["CB-104/S02", 1]), ("port", used.port["GJ-1", "A-01"]), ("port", used.port["SP-1", "OUT-01"])):
        found = trace(session, used, *start)
        assert [hop.code for hop in found.hops] == whole
        assert found.hop(found.start).thing == start
    back = trace(session, used, "port", used.port["FB-1", "A-01"])
    assert [hop.code for hop in back.hops] == whole[::-1]
    assert back.ends[0].totals.loss_db == pytest.approx(trace(session, used, "port", used.port["OLT-1", "0/1/0"]).ends[0].totals.loss_db)


def test_splitter_is_a_tree(session, used):
    pairs = [(used.face("SP-1", f"OUT-{no:02}", SPLIT_OUT), used.face("GJ-1", f"B-{no:02}", FRONT)) for no in range(2, 9)]
    join_ends(session, used.region_id, "patch", pairs)
    found = trace(session, used, "port", used.port["OLT-1", "0/1/0"])
    assert [found.hop(end.hop).code for end in found.ends] == [f"FB-1/A-{no:02}" for no in range(1, 9)]
    assert {hop.parent for hop in found.hops if hop.role == "split_out"} == {6}
    assert rules(found) == [("OPEN_END", f"FB-1/A-{no:02}") for no in range(2, 9)]
    up = trace(session, used, "port", used.port["FB-1", "A-02"])
    assert len(up.hops) == 10 and up.hops[-1].code == "OLT-1/0/1/0"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("FT-1", [("FB-1/A-01", "OLT-1/0/1/0")]),
        ("AC-FT-1", [("FB-1/A-01", "OLT-1/0/1/0")]),
        ("B-E/101", [("FB-1/A-01", "OLT-1/0/1/0")]),
        ("5220001", [("DP-1/01", "SW-1/0/1/0")]),
        ("PON-1", [("OLT-1/0/1/0", "FB-1/A-01")]),
        ("B-E/102", []),
        ("UL-1", [("OLT-1/0/9/0", "BRAS-1/1/0")]),
        ("CB-104/S01:1", [("OLT-1/0/1/0", "FB-1/A-01")]),
    ],
)
def test_a_code_of_any_kind_leads_to_its_lines(session, used, code, told):
    starts, traces = of_code(session, used, code)
    assert len(starts) == len(traces)
    assert [(one.hops[0].code, one.hop(one.ends[-1].hop).code) for one in traces] == told


def test_trail_is_traced_with_the_sections_that_it_rides(session, used):
    starts, traces = of_code(session, used, "LL-S")
    assert [start.circuit for start in starts] == ["LL-1", "LL-1", "SEC-A", "SEC-Z"]
    assert [one.hops[0].code for one in traces] == ["SDH-1/T1", "SDH-2/T1", "SDH-1/L1", "SDH-1/L2"]
    assert [rules(one) for one in traces] == [[], [], [], []]
    assert len(of_code(session, used, "C-1")[0]) == 5


def test_what_can_not_be_traced_is_told(session, used):
    with pytest.raises(InputError, match="NOT_TRACED"):
        find_traced(session, used.region_id, "CB-104")
    with pytest.raises(NotFoundError, match="CODE_UNKNOWN"):
        find_traced(session, used.region_id, "NOBODY")
    with pytest.raises(NotFoundError, match="CODE_UNKNOWN"):
        trace(session, used, "conductor", 10**12)
    with pytest.raises(InputError, match="PON_CLASS_UNKNOWN"):
        trace(session, used, "port", used.port["OLT-1", "0/1/0"], pon_class="Z")


def change(session, town, sql, **given):
    session.execute(text(f"{sql} AND region_id = :region_id"), {"region_id": town.region_id, **given})


def test_breaks_are_said(session, used):
    change(session, used, "UPDATE conductor SET health = 'faulty' WHERE id = :id", id=used.strand["CB-104/S02", 1])
    change(session, used, "UPDATE equipment SET life = 'pending_removal' WHERE id = :id", id=used.equipment["GJ-1"])
    found = trace(session, used, "port", used.port["OLT-1", "0/1/0"])
    assert rules(found) == [("FAULTY", "CB-104/S02:1"), ("NOT_IN_SERVICE", "GJ-1/A-01"), ("NOT_IN_SERVICE", "GJ-1/B-01")]
    assert finding_lines(found, "en")[0] == "break FAULTY 4: CB-104/S02:1 is Faulty"


def test_cut_is_an_open_end_on_both_sides(session, used):
    joint = "SELECT joint_id FROM joint_end WHERE region_id = :region_id AND end_key = :end_key"
    key = session.execute(text(joint), {"region_id": used.region_id, "end_key": used.end("CB-104/S02", 1, A_END)}).scalar_one()
    change(session, used, "DELETE FROM joint_end WHERE joint_id = :id", id=key)
    near = trace(session, used, "port", used.port["OLT-1", "0/1/0"])
    assert ("OPEN_END", "CB-104/S01:1") in rules(near)
    assert {one.words["other"] for one in near.findings if one.rule == "NOT_PASSED"} == {"CB-104/S02:1", "GJ-1/A-01", "SP-1/IN-1"}
    far = trace(session, used, "port", used.port["FB-1", "A-01"])
    assert ("OPEN_END", "CB-104/S02:1") in rules(far)


def test_joints_and_carriers_are_compared(session, used):
    gone = "DELETE FROM circuit_carrier WHERE conductor_id = :id"
    change(session, used, gone, id=used.strand["CB-104/S02", 1])
    found = trace(session, used, "port", used.port["OLT-1", "0/1/0"])
    assert rules(found) == [("NOT_CLAIMED", "CB-104/S02:1"), ("SURVEY_ONLY", "CB-104/S02:1")]
    moved = "UPDATE circuit_carrier SET conductor_id = :other WHERE conductor_id = :id"
    change(session, used, moved, id=used.strand["CB-201/S01", 1], other=used.strand["CB-201/S01", 5])
    (missed,) = [one for one in trace(session, used, "port", used.port["FB-1", "A-01"]).findings if one.rule == "NOT_PASSED"]
    assert missed.words == {"circuit": "AC-FT-1", "other": "CB-201/S01:5"}


def test_a_stranger_on_the_way_is_said(session, used):
    moved = "UPDATE circuit_carrier SET conductor_id = :other WHERE conductor_id = :id"
    change(session, used, moved, id=used.strand["CB-104/S01", 3], other=used.strand["CB-104/S01", 5])
    change(session, used, moved, id=used.strand["CB-104/S01", 1], other=used.strand["CB-104/S01", 3])
    found = trace(session, used, "port", used.port["SDH-1", "L1"])
    assert [code for rule, code in rules(found) if rule == "OTHER_CIRCUIT"] == ["CB-104/S01:3", "CB-104/S02:3"]


def test_ring_ends_with_a_finding(session, used):
    ends = [used.end("CB-104/S01", no, face) for face in (A_END, Z_END) for no in (13, 14)]
    join_ends(session, used.region_id, "splice", [(ends[0], ends[1]), (ends[2], ends[3])])
    found = trace(session, used, "conductor", used.strand["CB-104/S01", 13])
    assert [hop.code for hop in found.hops] == ["CB-104/S01:13", "CB-104/S01:14"]
    assert {rule for rule, _ in rules(found)} == {"LOOP"}


def test_two_services_share_a_pair(session, use):
    """A shared line is a circuit of two channels on pair 5; both services lead to its way, and both fall with the pair."""
    town = use.town
    faces = [(town.face("XC-1", f"{side}-005", FRONT)) for side in "MP"]
    join_ends(session, town.region_id, "jumper", [tuple(faces)], town.equipment["XC-1"])
    use.add("circuit", Circuit, "SL-1", kind="access", channel_count=2, z_port_id=town.port["DP-1", "05"])
    use.carry("SL-1", [("MDF-1", "V01-005"), ("CC-301/S01", 5), ("XC-1", "M-005"), ("XC-1", "P-005"), ("CC-302/S01", 5), ("DP-1", "05")])
    for channel in (1, 2):
        use.serve(f"SH-{channel}", "pots", use.keys["customer", "C-1"], "B-W/101", {}, [("SL-1", "channel", channel)])
        starts = list_starts_of(session, town.region_id, "service", use.keys["service", f"SH-{channel}"])
        assert [(start.circuit, start.thing) for start in starts] == [("SL-1", ("port", town.port["DP-1", "05"]))]
    (found,) = trace_ways(session, town.region_id, [starts[0].thing])
    assert {hop.code for hop in found.hops} == {"MDF-1/V01-005", "CC-301/S01:5", "XC-1/M-005", "XC-1/P-005", "CC-302/S01:5", "DP-1/05"}
    hit = find_impact(session, town.region_id, [("conductor", town.strand["CC-301/S01", 5])], day=date(2026, 3, 1))
    assert [service.code for service in hit.of_state("down")] == ["SH-1", "SH-2"]


def test_current_passes_two_cabinets(session, used):
    """A second cabinet hangs on the first one's distribution: a jumper in each, and pairs behind."""
    region = used.region_id
    cabinet = install(session, region, "XC-2", "GJ-144", used.structure["P-2"])
    ports = "SELECT id FROM port WHERE region_id = :region_id AND equipment_id = :id ORDER BY no LIMIT 1"
    port = session.execute(text(ports), {"region_id": region, "id": cabinet}).scalar_one()
    ends = used.structure["P-2"], used.structure["FC-1"]
    segment = pull_segment(session, region, (used.cable["CC-302"], "copper"), "S02", "HYA-10", ends, sheath_m=80.0)
    pairs = "SELECT id FROM conductor WHERE region_id = :region_id AND segment_id = :id AND no = 1"
    pair = session.execute(text(pairs), {"region_id": region, "id": segment}).scalar_one()
    join_ends(session, region, "jumper", [(used.face("XC-1", "M-006", FRONT), used.face("XC-1", "P-006", FRONT))])
    join_ends(session, region, "jumper", [(used.face("DP-1", "06", FRONT), port_end(port, FRONT))])
    join_ends(session, region, "termination", [(port_end(port, BACK), conductor_end(pair, A_END))])
    found = trace(session, used, "conductor", used.strand["CC-301/S01", 6])
    told = [hop.code for hop in found.hops]
    way = ["MDF-1/V01-006", "CC-301/S01:6", "XC-1/M-006", "XC-1/P-006", "CC-302/S01:6", "DP-1/06", "XC-2/A-01", "CC-302/S02:1"]
    assert told in (way, way[::-1])
    assert found.ends[-1].totals.loop_ohm == pytest.approx(2 * 148.0 * (0.455 + 0.08))


def test_overload_is_said(session, used):
    session.execute(text("UPDATE joint SET loss_db = 0 WHERE region_id = :region_id"), {"region_id": used.region_id})
    found = trace(session, used, "port", used.port["OLT-1", "0/1/0"])
    assert rules(found) == [("CLASS_OVERLOAD", "FB-1/A-01")]


def test_three_statements_however_many_traces(session, used, connection):
    sent = []
    event.listen(connection, "before_cursor_execute", lambda *given: sent.append(given[2]))
    starts = [("port", key) for key in list(used.port.values())[:300]]
    assert len(trace_ways(session, used.region_id, starts, Question(with_lines=True))) == 300
    assert len(sent) == 3


def test_trace_stays_in_its_region(session, used, other_region):
    with pytest.raises(NotFoundError):
        trace_ways(session, other_region, [("port", used.port["OLT-1", "0/1/0"])])


def test_words_and_pictures(session, used):
    session.execute(
        text("UPDATE equipment SET code = '<b>GJ&' WHERE region_id = :region_id AND code = 'GJ-1'"), {"region_id": used.region_id}
    )
    found = trace(session, used, "port", used.port["OLT-1", "0/1/0"], with_lines=True)
    headers, rows = table_of(found, "zh")
    assert len(rows) == 10 and all(len(row) == len(headers) for row in rows)
    assert end_lines(found, "en") == [
        "FB-1/A-01: sheath 725.0 m; route 660.0 m; loss 13.63 (1310), 13.53 (1490) dB; margin 1.00 dB; within B+ (13-28 dB)"
    ]
    drawing = svg_of(found, "zh")
    assert drawing.count("data-hop=") == 10 and "&lt;b&gt;GJ&amp;" in drawing and "<b>" not in drawing
    told = geojson_of([found], "en")["features"]
    assert [one["properties"]["hop"] for one in told] == list(range(1, 11))
    assert told[2]["geometry"]["type"] == "MultiLineString" and told[0]["geometry"] == {"type": "Point", "coordinates": [112.2297, 30.059]}
