"""Offsets to known plant are explained by the coordinate system that was taken for another (I10-I13)."""

import numpy
import pytest

from app.survey.datum import gcj02_to_bd09, gcj02_to_wgs84, read_datum, wgs84_to_gcj02
from app.survey.offsets import explain_distance, explain_offset, readings

KNOWN = numpy.array([[112.2297 + number / 500, 30.0590 + number / 900] for number in range(20)])
METRES_4546 = numpy.array([[618583.501, 3327291.187], [612649.684, 3313291.935]])
PLACES_4546 = numpy.array([[112.2297, 30.0590], [112.1667, 29.9333]])


@pytest.mark.parametrize(
    ("shifted", "crs", "before"), [(wgs84_to_gcj02(KNOWN), "gcj02", 617.9), (gcj02_to_bd09(wgs84_to_gcj02(KNOWN)), "bd09", 1233.7)]
)
def test_i11_a_whole_file_shifted(shifted, crs, before):
    found = explain_offset(shifted, KNOWN, "EPSG:4490")
    assert (found.crs, found.is_swapped) == (crs, False)
    assert found.before_m == pytest.approx(before, abs=15) and found.after_m < 0.1


def test_i11_converted_twice():
    found = explain_offset(gcj02_to_wgs84(KNOWN), KNOWN, "gcj02")
    assert found.crs == "EPSG:4490" and found.after_m < 0.1


def test_i12_exchanged():
    found = explain_offset(KNOWN[:, ::-1], KNOWN, "EPSG:4490")
    assert (found.crs, found.is_swapped) == ("EPSG:4490", True)


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:4545", "EPSG:32649"])
def test_i13_metres_read_in_another_zone(crs):
    read = read_datum(crs).convert(METRES_4546)
    found = explain_offset(read, PLACES_4546, crs)
    assert (found.crs, found.is_swapped) == ("EPSG:4546", False) and found.after_m < 0.1
    if crs == "EPSG:4547":
        assert read[0] == pytest.approx((115.2297, 30.0590), abs=1e-8)
        assert explain_distance(read, (111.8, 29.6, 112.42, 30.32), crs) == ["EPSG:4546", "EPSG:32649"]


def test_i10_nothing_explains_points_that_were_moved():
    assert explain_offset(KNOWN + [0.01, 0.02], KNOWN, "EPSG:4490") is None
    assert explain_offset(KNOWN, KNOWN, "EPSG:4490") is None
    assert len(list(readings(KNOWN, "EPSG:4490", 112.2))) == 5
