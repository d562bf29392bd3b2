"""Routes and spare strands of the town, whose room, lengths and joints were counted by hand."""
import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.core.errors import InputError, NotFoundError
from app.network.models import CableRun, Structure
from app.network.rules.terminations import A_END, FRONT, Z_END
from app.topology.graph_cache import forget_graphs, keep_graph
from app.topology.places import find_avoided, find_place
from app.topology.route_graph import build_route_graph, get_route_graph, get_section_cables
from app.topology.routes import Wish, plan_route, plan_two_routes
from app.topology.spare import find_spare
from app.topology.strand_graph import build_strand_graph
from app.topology.strand_routes import StrandWish, plan_strands
from tests.factories.plant import join_ends, pull_segment

FREE = Wish(is_free=True)


def set_rows(town, table, change, *keys):
    statement = text(f"UPDATE {table} SET {change} WHERE region_id = :region_id AND id = ANY(:keys)")
    town.session.execute(statement, {"region_id": town.region_id, "keys": list(keys)})


def lay(town, segment, section):
    row = {"region_id": town.region_id, "segment_id": segment, "seq": 9, "section_id": town.section[section], "is_reversed": False}
    town.session.execute(insert(CableRun).values(**row))


def add_section(town, code, start, end, metres, kind="pole_span"):
    point = "(SELECT geom FROM structure WHERE region_id = :region_id AND id = :{})"
    town.section[code] = town.session.execute(
        text(
            "INSERT INTO section (region_id, code, kind, a_structure_id, z_structure_id, length_m, geom)"
            f" VALUES (:region_id, :code, :kind, :a, :z, :metres, ST_MakeLine({point.format('a')}, {point.format('z')})) RETURNING id"
        ),
        {"region_id": town.region_id, "code": code, "kind": kind, "a": town.structure[start], "z": town.structure[end], "metres": metres},
    ).scalar_one()


@pytest.fixture
def ask(session, town):
    """A function that answers a question about the town as it is when asked."""

    def ask(start, goal, wish=FREE, apart=None, count=1):
        graph, ends = build_route_graph(session, town.region_id), (town.structure[start], town.structure[goal])
        cables = get_section_cables(session, town.region_id)
        if apart:
            return plan_two_routes(graph, *ends, wish, apart, cables)
        return plan_route(graph, *ends, wish, count=count, cables=cables)

    return ask


def told(answer):
    return [(leg.section, leg.start, leg.end, leg.metres, leg.work, leg.free_ducts, leg.free_subducts) for leg in answer.plans[0].legs]


def test_way_tells_room_length_and_price(ask):
    answer = ask("CO-1", "FC-1")
    assert told(answer) == [
        ("SEC-1", "CO-1", "MH-1", 100.0, "pull", 1, 1),
        ("SEC-2", "MH-1", "MH-2", 200.0, "pull", 2, 2),
        ("SEC-3", "MH-2", "HH-3", 110.0, "pull", 1, 1),
        ("SEC-4", "HH-3", "FC-1", 100.0, "pull", 1, 0),
    ]
    plan = answer.plans[0]
    assert (plan.metres, plan.new_m, plan.fen, plan.least_room) == (510.0, 0.0, 510 * 800, 1)


def test_poles_take_a_cable_by_their_limit(ask, town, session):
    assert told(ask("JC-1", "P-2")) == [("SEC-7", "JC-1", "P-2", 60.0, "hang", 0, 0)]
    for number in range(7):
        ends = (town.structure["JC-1"], town.structure["P-2"])
        key = pull_segment(session, town.region_id, (town.cable["CC-302"], "copper"), f"S1{number}", "HYA-10", ends, sheath_m=65.0)
        lay(town, key, "SEC-7")
    assert ask("JC-1", "P-2").reason == "FULL"


def test_full_section_is_built_out_or_named(ask, town):
    set_rows(town, "duct", "use = 'in_use'", town.duct["SEC-4", 2, None])
    free = ask("CO-1", "FC-1")
    assert (free.plans, free.reason, free.cuts) == ((), "FULL", ("SEC-4",))
    built = ask("CO-1", "FC-1", Wish())
    assert built.plans[0].legs[-1].work == "duct" and built.plans[0].new_m == 100.0
    assert built.plans[0].fen == 410 * 800 + 100 * (13750 + 800)


def test_planned_faulty_and_retired_plant_carries_nothing(ask, town):
    set_rows(town, "section", "health = 'faulty'", town.section["SEC-3"])
    assert ask("CO-1", "FC-1").reason == "PARTED"
    set_rows(town, "section", "health = 'ok', life = 'planned'", town.section["SEC-3"])
    assert ask("CO-1", "FC-1").reason == "PARTED"
    set_rows(town, "section", "life = 'in_service'", town.section["SEC-3"])
    set_rows(town, "structure", "life = 'planned'", town.structure["HH-3"])
    assert ask("CO-1", "FC-1").reason == "PARTED"
    assert ask("CO-1", "HH-3").cuts == ("HH-3",)
    set_rows(town, "structure", "life = 'retired'", town.structure["HH-3"])
    with pytest.raises(InputError, match="NOT_ON_ROUTE"):
        ask("CO-1", "HH-3")


def test_no_section_leads_to_the_far_east(ask):
    answer = ask("CO-1", "HH-9")
    assert (answer.reason, answer.plans) == ("PARTED", ())
    assert "8 structures here, 1 there" in answer.told


def test_section_may_be_dug_where_there_is_none(ask, town):
    """SEC-3 is out of order; nothing shorter than its 110 m goes round it, straight from MH-1 it would be 228 m."""
    add_section(town, "SEC-9", "HH-9", "P-1", 6000.0)
    set_rows(town, "section", "health = 'faulty'", town.section["SEC-3"])
    answer = ask("CO-1", "HH-9", Wish(dig_m=130))
    dug = [leg for leg in answer.plans[0].legs if leg.work == "dig"]
    assert [(leg.start, leg.end) for leg in dug] == [("MH-2", "HH-3")]
    assert dug[0].metres == pytest.approx(110.0, abs=0.1) and answer.plans[0].new_m == dug[0].metres
    assert dug[0].fen == round(dug[0].metres * (13750 + 800))
    assert ask("CO-1", "HH-9", Wish(dig_m=100)).reason == "PARTED"


def test_limit_of_length_and_things_to_avoid(ask, town):
    late = ask("CO-1", "FC-1", Wish(most_metres=509.0))
    assert late.reason == "TOO_LONG" and "510 m" in late.told
    assert ask("CO-1", "FC-1", Wish(most_metres=510.0)).plans
    for avoided in ({"sections": {town.section["SEC-2"]}}, {"structures": {town.structure["MH-1"]}}, {"cables": {town.cable["CC-301"]}}):
        assert ask("CO-1", "FC-1", Wish(**{name: frozenset(keys) for name, keys in avoided.items()})).reason == "AVOIDED"


def test_second_way_or_what_prevents_it(ask, town):
    answer = ask("CO-1", "FC-1", apart="section")
    assert (answer.reason, answer.cuts, len(answer.plans)) == ("NOT_APART", ("SEC-1", "SEC-2", "SEC-3", "SEC-4"), 1)
    assert ask("CO-1", "FC-1", apart="structure").cuts == ("MH-1", "MH-2", "HH-3")
    add_section(town, "SEC-8", "CO-1", "MH-2", 290.0)
    add_section(town, "SEC-9", "MH-2", "FC-1", 200.0)
    two = ask("CO-1", "FC-1", apart="section")
    assert sorted(plan.metres for plan in two.plans) == [490.0, 510.0] and not two.reason
    assert ask("CO-1", "FC-1", apart="structure").cuts == ("MH-2",)
    by_cable = ask("CO-1", "FC-1", apart="cable")
    assert [[leg.section for leg in plan.legs] for plan in by_cable.plans] == [["SEC-8", "SEC-9"], ["SEC-1", "SEC-2", "SEC-3", "SEC-4"]]


def test_cable_on_both_ways_prevents_them(ask, town):
    add_section(town, "SEC-8", "CO-1", "MH-2", 290.0)
    lay(town, town.segment["CB-104/S01"], "SEC-8")
    assert len(ask("CO-1", "MH-2", apart="section").plans) == 2
    answer = ask("CO-1", "MH-2", apart="cable")
    assert (answer.reason, answer.cuts, len(answer.plans)) == ("NOT_APART", ("CB-104",), 1)


def test_alternatives_come_in_order(ask, town):
    add_section(town, "SEC-8", "CO-1", "MH-2", 450.0)
    answer = ask("CO-1", "FC-1", count=5)
    assert [plan.fen for plan in answer.plans] == [510 * 800, 450 * 600 + 210 * 800]
    assert [plan.metres for plan in answer.plans] == [510.0, 660.0]


def test_ends_that_are_one_and_too_many_ways_are_refused(ask):
    with pytest.raises(InputError, match="SAME_ENDS"):
        ask("CO-1", "CO-1")
    with pytest.raises(InputError, match="COUNT_IMPOSSIBLE"):
        ask("CO-1", "MH-1", count=21)


def test_places_are_named_by_what_stands_there(session, town):
    place = town.structure["CO-1"]
    assert [find_place(session, town.region_id, code) for code in ("CO-1", "co-1", "OLT-1", "CO-1/R01/C01")] == [place] * 4
    with pytest.raises(NotFoundError, match="CODE_UNKNOWN"):
        find_place(session, town.region_id, "CO-9")
    with pytest.raises(InputError, match="NOT_A_PLACE"):
        find_place(session, town.region_id, "CB-104")
    assert find_avoided(session, town.region_id, ["SEC-1", "CB-104", "MH-1"]) == {
        "structure": {town.structure["MH-1"]}, "section": {town.section["SEC-1"]}, "cable": {town.cable["CB-104"]}}
    with pytest.raises(InputError, match="NOT_AVOIDABLE"):
        find_avoided(session, town.region_id, ["OLT-1"])


def test_graph_is_kept_until_the_region_moves_on(engine, kept_region):
    forget_graphs()
    built = []

    def build(session, region_id):
        built.append(region_id)
        return get_route_graph(session, region_id)

    def structure(code):
        with Session(engine) as session, session.begin():
            session.execute(insert(Structure).values(region_id=kept_region, code=code, kind="manhole", geom="SRID=4490;POINT(112 30)"))

    structure("M-1")
    with Session(engine) as session:
        first = keep_graph(session, kept_region, build)
        assert keep_graph(session, kept_region, build) is first and len(built) == 1
    structure("M-2")
    with Session(engine) as session:
        assert len(keep_graph(session, kept_region, build).structure_codes) == 2 and len(built) == 2
        session.execute(insert(Structure).values(region_id=kept_region, code="M-3", kind="manhole", geom="SRID=4490;POINT(112 30)"))
        assert len(keep_graph(session, kept_region, build).structure_codes) == 3
        session.rollback()
        assert len(keep_graph(session, kept_region, build).structure_codes) == 2
    assert len(built) == 3


def test_other_regions_sections_are_not_seen(session, town, other_region):
    assert not len(build_route_graph(session, other_region).mesh.nodes)


def spare(session, town, start, goal, with_splices=False):
    return find_spare(build_strand_graph(session, town.region_id), town.structure[start], town.structure[goal], with_splices)


def test_idle_strands_through_the_closure(session, town):
    """Strands 3 to 12 are idle and spliced; 13 to 23 could be spliced to as many of S02."""
    found = spare(session, town, "CO-1", "FC-1")
    assert found.strands == 10
    assert [(way.segments, way.count, way.metres) for way in found.ways] == [(("CB-104/S01", "CB-104/S02"), 10, 565.0)]
    assert [(one.segment, one.idle, one.passing) for one in found.bottlenecks] == [("CB-104/S01", 21, 10)]
    assert found.sections == tuple(sorted(town.section[f"SEC-{no}"] for no in (1, 2, 3, 4)))
    assert spare(session, town, "CO-1", "FC-1", with_splices=True).strands == 21
    assert spare(session, town, "FC-1", "CO-1").ways[0].segments == ("CB-104/S02", "CB-104/S01")


def test_idle_strands_are_patched_in_the_cabinet(session, town):
    assert spare(session, town, "CO-1", "P-1").strands == 10
    set_rows(town, "port", "use = 'reserved'", *(town.port["GJ-1", f"B-{no:02}"] for no in range(3, 13)))
    found = spare(session, town, "CO-1", "P-1")
    assert found.strands == 1 and found.bottlenecks[0].segment == "CB-201/S01"
    assert spare(session, town, "CO-1", "JC-1").strands == 0
    assert spare(session, town, "CO-1", "HH-9").strands == 0


@pytest.mark.parametrize(
    ("table", "change"), [("conductor", "use = 'reserved'"), ("conductor", "health = 'faulty'"), ("conductor", "life = 'planned'")]
)
def test_strand_that_is_not_idle_and_sound_breaks_its_chain(session, town, table, change):
    set_rows(town, table, change, town.strand["CB-104/S02", 5])
    assert spare(session, town, "CO-1", "FC-1").strands == 9


def test_patched_chains_go_on_and_taken_ones_end(session, town):
    """A patch from panel to panel lengthens the chain; a patch to a splitter takes it away."""
    patch = [(town.face("GJ-1", "A-03", FRONT), town.face("GJ-1", "B-03", FRONT))]
    join_ends(session, town.region_id, "patch", patch)
    bundles = {bundle.segments: bundle.count for bundle in build_strand_graph(session, town.region_id).bundles}
    through = tuple(town.segment[code] for code in ("CB-104/S01", "CB-104/S02", "CB-201/S01"))
    assert bundles[through] == 1 and bundles[through[:2]] == 9
    assert spare(session, town, "CO-1", "P-1").strands == 10
    join_ends(session, town.region_id, "patch", [(town.face("GJ-1", "A-04", FRONT), town.face("SP-1", "OUT-08", 3))])
    assert spare(session, town, "CO-1", "P-1").strands == 9


def test_ring_of_strands_is_counted_and_left(session, town):
    ends = [town.end("CB-104/S01", no, face) for face in (A_END, Z_END) for no in (13, 14)]
    join_ends(session, town.region_id, "splice", [(ends[0], ends[1]), (ends[2], ends[3])])
    assert build_strand_graph(session, town.region_id).ring_count == 1


def test_way_over_idle_strands(session, town):
    graphs = build_strand_graph(session, town.region_id), build_route_graph(session, town.region_id)
    ends = town.structure["CO-1"], town.structure["P-1"]
    plan = plan_strands(*graphs, ends, StrandWish()).plans[0]
    assert [(leg.segments, leg.idle) for leg in plan.legs] == [(("CB-104/S01", "CB-104/S02"), 10), (("CB-201/S01",), 11)]
    assert (plan.metres, plan.fen, plan.least_idle) == (725.0, 725 * 50 + 2 * 3000, 10)
    assert plan_strands(*graphs, ends, StrandWish(most_metres=724)).reason == "TOO_LONG"
    assert plan_strands(*graphs, ends, StrandWish(sections=frozenset({town.section["SEC-5"]}))).reason == "NO_STRAND"
    apart = plan_strands(*graphs, ends, StrandWish(), apart="cable")
    assert (apart.reason, set(apart.cuts)) == ("NOT_APART", {("cable", town.cable["CB-104"]), ("cable", town.cable["CB-201"])})
