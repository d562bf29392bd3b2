"""OTDR readings on the town's strands, by hand: 15 m coils, sections of 100, 200, 110 and 100 m, no excess and one index."""
from datetime import date

import pytest
from sqlalchemy import text

from app.core.errors import InputError, NotFoundError
from app.topology.otdr import Shot, locate

DAY = date(2026, 3, 1)


@pytest.fixture
def used(use):
    town = use.town
    town.session.execute(
        text("UPDATE cable_segment SET helix_ratio = 0, index_n = 1.467 WHERE region_id = :region_id"), {"region_id": town.region_id}
    )
    return town


def shoot(session, town, strand, end, metres, **more):
    return locate(session, town.region_id, town.strand[strand], Shot(end, metres, index_set=1.467, **more), DAY)


@pytest.mark.parametrize(
    ("strand", "end", "metres", "section", "offset", "structure", "chainage"),
    [
        # The coil of 15 m at CO-1 comes first; 100 m of SEC-1 end at 115 m, 200 m of SEC-2 at 315 m.
        (("CB-104/S01", 1), "A", 65, "SEC-1", 50, None, 50),
        (("CB-104/S01", 1), "A", 10, "SEC-1", 0, "CO-1", 0),
        (("CB-104/S01", 1), "A", 215, "SEC-2", 100, None, 200),
        # 15 m before and 15 m behind the splice lie in MH-2: 315 to 345 m.
        (("CB-104/S01", 1), "A", 330, "SEC-3", 0, "MH-2", 300),
        (("CB-104/S01", 1), "A", 365, "SEC-3", 20, None, 320),
        # From the other end the light goes back: 15 m of coil, 200 m of SEC-2.
        (("CB-104/S01", 1), "Z", 65, "SEC-2", 50, None, 50),
        (("CB-104/S02", 1), "A", 75, "SEC-3", 60, None, 60),
        (("CB-104/S02", 1), "Z", 60, "SEC-4", 50, None, 50),
    ],
)
def test_place_by_hand(session, used, strand, end, metres, section, offset, structure, chainage):
    found = shoot(session, used, strand, end, metres)
    assert found.near.chainage_m == pytest.approx(chainage, abs=1e-4) and found.far.chainage_m == pytest.approx(chainage, abs=1e-4)
    assert (found.near.section, found.near.structure) == (section, structure)
    assert found.near.offset_m == pytest.approx(offset, abs=1e-4)


def test_place_is_on_the_map(session, used):
    """Half of SEC-2, from either end; MH-1 lies at 112.230737, MH-2 at 112.2328111."""
    for end, metres in (("A", 215), ("Z", 115)):
        found = shoot(session, used, ("CB-104/S01", 1), end, metres)
        assert found.near.lon == pytest.approx((112.230737 + 112.2328111) / 2, abs=1e-6)
        assert found.near.lat == pytest.approx(30.0590, abs=1e-6)


def test_what_is_there_and_who_is_behind(session, used):
    found = shoot(session, used, ("CB-104/S01", 1), "A", 330)
    assert found.joints == ("CL-1",)
    assert [(service.code, service.state) for service in found.services] == [("FT-1", "down")]
    found = shoot(session, used, ("CB-104/S01", 3), "A", 65)
    assert [(service.code, service.state) for service in found.services] == [("LL-S", "weakened")]


def test_doubt_makes_an_interval(session, used):
    """A pulse of 100 ns is 5.1 m to each side; excess of 0.2 to 2 % on 215 m is some 4 m more."""
    sharp = shoot(session, used, ("CB-104/S01", 1), "A", 215, pulse_ns=100)
    assert sharp.near.chainage_m == pytest.approx(200 - 5.109, abs=0.01) and sharp.far.chainage_m == pytest.approx(200 + 5.109, abs=0.01)
    session.execute(text("UPDATE cable_segment SET helix_ratio = NULL WHERE region_id = :region_id"), {"region_id": used.region_id})
    wide = shoot(session, used, ("CB-104/S01", 1), "A", 215)
    assert wide.near.chainage_m == pytest.approx(215 / 1.02 - 15, abs=0.01)
    assert wide.far.chainage_m == pytest.approx(215 / 1.002 - 15, abs=0.01)


def test_time_is_as_good_as_metres(session, used):
    found = locate(session, used.region_id, used.strand["CB-104/S01", 1], Shot("A", round_trip_us=2.1041662), DAY)
    assert found.near.chainage_m == pytest.approx(200, abs=0.01)


def test_what_can_not_be_is_told(session, used, other_region):
    with pytest.raises(InputError, match="OTDR_BEYOND_ROUTE"):
        shoot(session, used, ("CB-104/S01", 1), "A", 100_000)
    with pytest.raises(InputError, match="NOT_FIBRE"):
        shoot(session, used, ("CC-301/S01", 1), "A", 10)
    for shot in (Shot("B", 10), Shot("A"), Shot("A", 10, 10), Shot("A", -1)):
        with pytest.raises(InputError, match="VALUE_IMPOSSIBLE"):
            locate(session, used.region_id, used.strand["CB-104/S01", 1], shot, DAY)
    with pytest.raises(NotFoundError):
        locate(session, other_region, used.strand["CB-104/S01", 1], Shot("A", 10), DAY)
    session.execute(text("DELETE FROM cable_run WHERE region_id = :region_id"), {"region_id": used.region_id})
    with pytest.raises(InputError, match="ROUTE_UNKNOWN"):
        shoot(session, used, ("CB-104/S01", 1), "A", 10)
