"""Shape of the town's networks; rings, PON trees and power that are not as safe as they look."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.core.errors import InputError
from app.network.models import PowerFeed
from app.topology.facts import graph_facts
from app.topology.pon_budget import list_pon_faults
from app.topology.resilience import closes, list_false_rings, list_power_roots
from tests.factories.plant import install
from tests.factories.use import add_model


def change(session, town, sql, **given):
    session.execute(text(f"{sql} AND region_id = :region_id"), {"region_id": town.region_id, **given})


def test_facts_of_the_route(session, town):
    facts = graph_facts(session, town.region_id, "route")
    assert (facts.nodes, facts.edges, facts.components, facts.largest, facts.isolated) == (9, 7, 2, 8, 1)
    assert facts.bridges == tuple(f"SEC-{no}" for no in range(1, 8)) and facts.cut_nodes == ("FC-1", "HH-3", "JC-1", "MH-1", "MH-2")
    assert facts.length_km == pytest.approx(0.8)


def test_facts_of_transmission(session, town, use):
    """SDH-1 and SDH-2 hang on two sections, OLT-1 and BRAS-1 on one patch; sheath of a section 330 + 235 m, of the patch none."""
    facts = graph_facts(session, town.region_id, "transmission")
    assert (facts.nodes, facts.edges, facts.pairs, facts.components, facts.bridges) == (4, 3, 2, 2, ("UL-1",))
    assert facts.thin_pairs == (("SEC-A", "SEC-Z"), ("UL-1",)) and facts.cut_nodes == ()
    assert facts.length_km == pytest.approx(1.13) and facts.unknown_lengths == 0


def test_facts_of_cables_and_power(session, town, use):
    fibre = graph_facts(session, town.region_id, "fibre")
    assert (fibre.nodes, fibre.edges, fibre.bridges) == (4, 3, ("CB-104/S01", "CB-104/S02", "CB-201/S01"))
    assert graph_facts(session, town.region_id, "copper").edges == 2
    power = graph_facts(session, town.region_id, "power")
    assert (power.nodes, power.edges, power.unknown_lengths) == (9, 9, 9) and "RECT-1" in power.cut_nodes
    with pytest.raises(InputError, match="SPECIALITY_UNKNOWN"):
        graph_facts(session, town.region_id, "gas")


def test_place_that_nobody_knows_has_no_length(session, town, use):
    change(session, town, "UPDATE structure SET accuracy_m = 1e6 WHERE code = 'CO-1'")
    assert graph_facts(session, town.region_id, "transmission").unknown_lengths == 1


def test_both_arms_in_one_duct(session, town, use):
    (ring,) = list_false_rings(session, town.region_id)
    assert (ring.ring, ring.is_closed, ring.sections) == ("RING-1", True, ("SEC-1", "SEC-2", "SEC-3", "SEC-4"))
    assert ring.circuits == ("SEC-A", "SEC-Z")


@settings(max_examples=100, deadline=None, database=None)
@given(st.permutations(range(5)), st.lists(st.booleans(), min_size=5, max_size=5), st.integers(0, 4))
def test_ring_closes_in_any_order_and_not_without_one_join(order, turned, missing):
    ends = [(place, (place + 1) % 5) for place in order]
    ends = [pair[::-1] if turn else pair for pair, turn in zip(ends, turned, strict=True)]
    assert closes(ends)
    assert not closes(ends[:missing] + ends[missing + 1 :])


def test_two_rings_are_not_one():
    assert not closes([(1, 2), (2, 1), (3, 4), (4, 3)]) and not closes([]) and not closes([(1, None)])


def test_tree_within_its_class_is_no_fault(session, town, use):
    """PON-1: 725 m, 1:8, four panels and a splice lie between the 13 and 28 dB of B+."""
    assert list_pon_faults(session, town.region_id) == []


def test_long_tree_loses_too_much(session, town, use):
    change(session, town, "UPDATE cable_segment SET sheath_m = 40000 WHERE code = 'S02'")
    (tree,) = list_pon_faults(session, town.region_id)
    assert (tree.circuit, tree.pon_class, tree.faults, tree.splits) == ("PON-1", "B+", ("loss",), 8)
    assert tree.most_loss_db > tree.bears_db == 28 and tree.most_metres == 330 + 40000 + 160


def test_tree_beyond_its_split_or_without_class(session, town, use):
    change(session, town, "UPDATE circuit SET channel_count = 4 WHERE code = 'PON-1'")
    change(session, town, "UPDATE port SET port_type = 'carrier pigeon' WHERE no = '0/1/0'")
    (tree,) = list_pon_faults(session, town.region_id)
    assert (tree.faults, tree.most_loss_db, tree.splits) == (("split", "no_class"), None, 8)


def test_power_hangs_on_one_root(session, town, use):
    roots = {root.source: root.loads for root in list_power_roots(session, town.region_id)}
    assert roots == {code: 1 for code in ("MAINS-1", "ATS-1", "ACP-1", "RECT-1")}


def test_second_source_takes_the_first_ones_weight(session, town, use):
    """A genset on the ATS: mains alone kills nothing any more."""
    add_model(town, "T-GEN", "genset")
    key = install(session, town.region_id, "GEN-1", "T-GEN", town.structure["CO-1"])
    town.add(PowerFeed, source_equipment_id=key, outlet_no="1", load_equipment_id=town.equipment["ATS-1"], side="B")
    roots = {root.source for root in list_power_roots(session, town.region_id)}
    assert roots == {"ATS-1", "ACP-1", "RECT-1"}


def test_things_that_feed_each_other_are_told(session, town, use):
    ends = {"source_equipment_id": town.equipment["RECT-1"], "load_equipment_id": town.equipment["ATS-1"]}
    town.add(PowerFeed, outlet_no="9", side="B", **ends)
    rings = {root.source for root in list_power_roots(session, town.region_id) if root.is_ring}
    assert rings == {"ATS-1", "ACP-1", "RECT-1"}
