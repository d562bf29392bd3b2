"""Layers of the town in use: what a service stands on, down to the structures, and who stands on a hole or a strand."""
import pytest

from app.core.errors import InputError
from app.topology.dependency_layers import list_above, list_below
from tests.factories.use import add_second_level

PHONES = [f"PT-{no}" for no in range(1, 5)]


@pytest.fixture
def used(use):
    return use


def told(layers):
    return {layer.kind: [code for _, code in layer.things] for layer in layers}


def test_a_fibre_service_stands_on_all_of_this(session, used):
    found = list_below(session, used.town.region_id, services=[used.keys["service", "FT-1"]])
    assert told(found) == {
        "vlan": ["BRAS-1:100.1"],
        "circuit": ["AC-FT-1", "PON-1"],
        "port": ["FB-1/A-01", "GJ-1/A-01", "GJ-1/B-01", "ODF-1/A-01", "OLT-1/0/1/0", "SP-1/IN-1", "SP-1/OUT-01"],
        "card": ["OLT-1/0/1"],
        "equipment": ["FB-1", "GJ-1", "ODF-1", "OLT-1", "SP-1"],
        "rack": ["CO-1/R01/C01"],
        "conductor": ["CB-104/S01:1", "CB-104/S02:1", "CB-201/S01:1"],
        "segment": ["CB-104/S01", "CB-104/S02", "CB-201/S01"],
        "cable": ["CB-104", "CB-201"],
        "duct": ["SEC-1/K01-1", "SEC-2/K01-1", "SEC-3/K01-1", "SEC-4/K01"],
        "section": ["SEC-1", "SEC-2", "SEC-3", "SEC-4", "SEC-5"],
        "structure": ["CO-1", "FC-1", "HH-3", "MH-1", "MH-2", "P-1"],
    }
    assert [layer.kind for layer in found][0] == "vlan" and [layer.kind for layer in found][-1] == "structure"


def test_a_leased_line_stands_on_both_ways(session, used):
    found = told(list_below(session, used.town.region_id, services=[used.keys["service", "LL-S"]]))
    assert found["circuit"] == ["LL-1", "SEC-A", "SEC-Z"]
    assert found["conductor"] == ["CB-104/S01:3", "CB-104/S01:4", "CB-104/S02:3", "CB-104/S02:4"]
    assert told(list_below(session, used.town.region_id, circuits=[used.keys["circuit", "UL-1"]]))["equipment"] == ["BRAS-1", "OLT-1"]


def test_who_stands_on_a_hole_and_on_a_strand(session, used):
    town = used.town
    assert told(list_above(session, town.region_id, "duct", town.duct["SEC-1", 2, None]))["service"] == PHONES
    found = list_above(session, town.region_id, "duct", town.duct["SEC-1", 1, None])
    assert told(found) == {
        "circuit": ["AC-FT-1", "LL-1", "PON-1", "SEC-A", "SEC-Z"], "service": ["FT-1", "LL-S"], "customer": ["C-1", "C-2"],
    }  # fmt: skip
    assert [layer.kind for layer in found] == ["circuit", "service", "customer"]
    strand = list_above(session, town.region_id, "conductor", town.strand["CB-104/S01", 3])
    assert told(strand) == {"circuit": ["LL-1", "SEC-A"], "service": ["LL-S"], "customer": ["C-2"]}
    assert list_above(session, town.region_id, "conductor", town.strand["CB-104/S01", 2]) == []
    assert told(list_above(session, town.region_id, "circuit", used.keys["circuit", "PON-1"]))["circuit"] == ["AC-FT-1"]


def test_nobody_stands_on_a_customer(session, used):
    with pytest.raises(InputError, match="NOT_CARRYING"):
        list_above(session, used.town.region_id, "customer", 1)


def test_other_regions_are_not_touched(session, used, other_region):
    assert list_above(session, other_region, "duct", used.town.duct["SEC-1", 2, None]) == []
    assert list_below(session, other_region, services=[used.keys["service", "FT-1"]]) == []


def test_a_branch_stands_on_its_own_way_alone(session, used):
    add_second_level(used)
    region, keys = used.town.region_id, used.keys
    below = told(list_below(session, region, services=[keys["service", "FT-2"]]))
    assert {"SP-1/OUT-02", "SP-2/IN-1", "GJ-1/A-01", "OLT-1/0/1/0"} <= set(below["port"])
    assert not {"SP-3/IN-1", "SP-1/OUT-03", "GJ-1/B-01"} & set(below["port"])
    assert below["conductor"] == ["CB-104/S01:1", "CB-104/S02:1", "CB-201/S01:2"]
    assert below["equipment"] == ["FB-1", "GJ-1", "ODF-1", "OLT-1", "SP-1", "SP-2"]
    whole = told(list_below(session, region, circuits=[keys["circuit", "PON-1"]]))
    assert {"SP-2/IN-1", "SP-3/IN-1"} <= set(whole["port"])
    strand = told(list_above(session, region, "conductor", used.town.strand["CB-201/S01", 2]))
    assert (strand["service"], strand["circuit"]) == (["FT-2"], ["AC-FT-2", "PON-1"])
    assert told(list_above(session, region, "section", used.town.section["SEC-5"]))["service"] == ["FT-1", "FT-2", "FT-3"]
