"""Weak points of the town in use: what falls was worked out by hand from its circuits."""
import pytest
from sqlalchemy import insert, text

from app.core.errors import NotFoundError
from app.network.models import CableRun
from app.topology.dependency import build_dependency, element_of
from app.topology.weak_points import build_losses, list_lost_services, list_weak_points
from tests.factories.plant import pull_segment
from tests.factories.use import add_second_level
from tests.town import EAST, WEST


@pytest.fixture
def figures(session, town, use):
    """A function that gives services, customers and large customers lost with an element."""

    def figures(kind, code):
        losses = build_losses(session, town.region_id)
        tables = {"section": town.section, "structure": town.structure, "segment": town.segment, "equipment": town.equipment}
        keys = tables.get(kind, town.equipment)
        place = losses.elements.tolist().index(element_of(kind, keys[code]))
        return int(losses.services[place]), int(losses.customers[place]), int(losses.large[place])

    return figures


@pytest.mark.parametrize(
    ("kind", "code", "lost"),
    [
        ("section", "SEC-1", (6, 2, 1)),
        ("section", "SEC-3", (2, 2, 1)),
        ("section", "SEC-5", (1, 1, 0)),
        ("section", "SEC-6", (4, 1, 0)),
        ("structure", "CO-1", (6, 2, 1)),
        ("structure", "HH-3", (2, 2, 1)),
        ("structure", "P-2", (4, 1, 0)),
        ("segment", "CB-104/S01", (2, 2, 1)),
        ("segment", "CC-301/S01", (4, 1, 0)),
        ("equipment", "SP-1", (1, 1, 0)),
        ("equipment", "OLT-1", (1, 1, 0)),
        ("equipment", "BRAS-1", (1, 1, 0)),
        ("equipment", "SW-1", (4, 1, 0)),
        ("equipment", "SDH-2", (1, 1, 1)),
        ("power", "RECT-1", (6, 2, 1)),
        ("power", "MAINS-1", (6, 2, 1)),
    ],
)
def test_what_falls_with_an_element(figures, kind, code, lost):
    assert figures(kind, code) == lost


def test_battery_bears_nothing_down(session, town, use):
    assert element_of("power", town.equipment["BAT-1"]) not in build_dependency(session, town.region_id).elements.tolist()


def test_protection_survives_one_path(session, town, use, figures):
    """SEC-Z moves from strand 4 of CB-104 to a cable of its own over SEC-8: then one cut leaves the leased line up."""
    point = "(SELECT geom FROM structure WHERE region_id = :region_id AND id = :{})"
    section = session.execute(
        text(
            "INSERT INTO section (region_id, code, kind, a_structure_id, z_structure_id, length_m, geom) VALUES (:region_id, 'SEC-8',"
            f" 'pole_span', :a, :z, 500, ST_MakeLine({point.format('a')}, {point.format('z')})) RETURNING id"
        ),
        {"region_id": town.region_id, "a": town.structure["CO-1"], "z": town.structure["FC-1"]},
    ).scalar_one()
    ends = town.structure["CO-1"], town.structure["FC-1"]
    segment = pull_segment(session, town.region_id, (town.cable["CB-201"], "fibre"), "S09", "GYTA-12", ends, sheath_m=500.0)
    town.section["SEC-8"] = section
    row = {"region_id": town.region_id, "segment_id": segment, "seq": 1, "section_id": section, "is_reversed": False}
    session.execute(insert(CableRun).values(**row))
    session.execute(
        text(
            "UPDATE circuit_carrier SET conductor_id ="
            " (SELECT id FROM conductor WHERE region_id = :region_id AND segment_id = :segment AND no = 1)"
            " WHERE region_id = :region_id AND conductor_id = :old"
        ),
        {"region_id": town.region_id, "segment": segment, "old": town.strand["CB-104/S01", 4]},
    )
    session.execute(
        text("DELETE FROM circuit_carrier WHERE region_id = :region_id AND conductor_id = :old"),
        {"region_id": town.region_id, "old": town.strand["CB-104/S02", 4]},
    )
    assert figures("section", "SEC-1") == (5, 1, 0)
    assert figures("section", "SEC-3") == (1, 1, 0)
    assert figures("equipment", "SDH-1") == (1, 1, 1)
    elements, services = list_lost_services(build_dependency(session, town.region_id))
    assert use.keys["service", "LL-S"] in services.tolist()


def test_branch_falls_with_its_splitter_and_not_with_a_neighbour(session, town, use, figures):
    add_second_level(use)
    assert figures("equipment", "SP-2") == (1, 1, 0)
    assert figures("equipment", "SP-3") == (1, 1, 0)
    assert figures("equipment", "SP-1") == (3, 1, 0)
    assert figures("equipment", "OLT-1") == (3, 1, 0)
    assert figures("segment", "CB-201/S01") == (3, 1, 0)


def test_worst_come_first_and_specialities_keep_apart(session, town, use):
    points = list_weak_points(session, town.region_id)
    assert [point.services for point in points] == sorted((point.services for point in points), reverse=True)
    assert points[0].services == 6 and {point.code for point in points[:4]} >= {"CO-1", "MH-1"}
    copper = list_weak_points(session, town.region_id, speciality="copper")
    assert [(point.kind, point.code, point.services) for point in copper] == [
        ("segment", "CC-301/S01", 4), ("segment", "CC-302/S01", 4),
        ("equipment", "MDF-1", 4), ("equipment", "XC-1", 4), ("equipment", "DP-1", 4),
    ]  # fmt: skip
    power = list_weak_points(session, town.region_id, speciality="power")
    assert {point.kind for point in power} == {"power"} and len(power) == 4
    assert len(list_weak_points(session, town.region_id, limit=3)) == 3


def test_grid_keeps_to_what_lies_in_it(session, town, use):
    east = {point.code for point in list_weak_points(session, town.region_id, grid=EAST, limit=100)}
    west = {point.code for point in list_weak_points(session, town.region_id, grid=WEST, limit=100)}
    assert {"SEC-4", "SEC-5", "FC-1", "SP-1"} <= east and not {"SEC-1", "CO-1", "OLT-1"} & east
    assert {"SEC-1", "SEC-4", "CO-1", "RECT-1"} <= west and not {"SEC-5", "SP-1"} & west
    with pytest.raises(NotFoundError, match="GRID_UNKNOWN"):
        list_weak_points(session, town.region_id, grid="999")


def test_empty_region_has_no_weak_point(session, other_region):
    assert list_weak_points(session, other_region) == []
