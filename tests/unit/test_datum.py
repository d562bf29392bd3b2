"""Conversion to EPSG:4490 against vectors worked out elsewhere."""

import json

import numpy
import pyproj
import pytest
import shapely

from app.core.errors import InputError
from app.survey.datum import (
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    read_datum,
    wgs84_to_gcj02,
    zone_proposal,
)
from tests.unit.surveys import SHARED, rules, staged, write_points


def one(convert, x, y):
    return convert(numpy.array([[x, y]], dtype=float))[0]


@pytest.mark.parametrize(
    ("crs", "x", "y", "longitude", "latitude"),
    [
        ("EPSG:4546", 618583.501, 3327291.187, 112.2297, 30.0590),
        ("EPSG:4525", 37618583.501, 3327291.187, 112.2297, 30.0590),
        ("EPSG:4547", 329277.834, 3327975.063, 112.2297, 30.0590),
        ("EPSG:32649", 618536.067, 3325960.270, 112.2297, 30.0590),
        ("EPSG:3857", 12493353.056, 3511136.000, 112.2297, 30.0590),
        ("EPSG:4546", 612649.684, 3313291.935, 112.1667, 29.9333),
        ("EPSG:4546", 500000.000, 3320113.398, 111.0, 30.0),
        ("EPSG:4547", 529299.860, 3385869.453, 114.3055, 30.5928),
        ("EPSG:4548", 448439.045, 4419599.034, 116.397, 39.909),
        ("EPSG:4549", 514914.127, 3350497.771, 120.155, 30.274),
        # Metres of one zone read as the next: three degrees east.
        ("EPSG:4547", 618583.501, 3327291.187, 115.2297, 30.0590),
        ("EPSG:4490", 112.2297, 30.0590, 112.2297, 30.0590),
        ("EPSG:4326", 112.2297, 30.0590, 112.2297, 30.0590),
    ],
)
def test_epsg_vectors(crs, x, y, longitude, latitude):
    assert one(read_datum(crs).convert, x, y) == pytest.approx((longitude, latitude), abs=2e-8)


@pytest.mark.parametrize("step", range(21))
def test_every_zone_of_three_degrees(step):
    meridian = 75 + 3 * step
    assert one(read_datum(f"EPSG:{4534 + step}").convert, 500_000, 3320113.398) == pytest.approx((meridian, 30), abs=2e-8)
    assert one(read_datum(f"EPSG:{4513 + step}").convert, (25 + step) * 1_000_000 + 500_000, 3320113.398) == pytest.approx(
        (meridian, 30), abs=2e-8
    )


def test_length_on_the_ellipsoid():
    ends = numpy.array([[112.2297, 30.0590], [112.12, 29.90]])
    metres = {name: pyproj.Geod(ellps=name).line_length(*ends.T) for name in ("GRS80", "WGS84")}
    assert metres == pytest.approx({"GRS80": 20560.55, "WGS84": 20560.55}, abs=0.005)


def test_web_mercator_stretches_lengths():
    # 15.5 % at 30 degrees on a sphere; on the ellipsoid a little less eastwards and a little more northwards.
    mercator = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    for ends, stretch in ((((112, 30), (112.01, 30)), 0.154), (((112, 29.995), (112, 30.005)), 0.160)):
        x, y = numpy.diff(mercator.transform(*zip(*ends, strict=True)))[:, 0]
        assert numpy.hypot(x, y) / pyproj.Geod(ellps="WGS84").inv(*ends[0], *ends[1])[2] - 1 == pytest.approx(stretch, abs=0.0005)


# Longitude, latitude in WGS-84 and GCJ-02; the second and third also stand in the tests of several public libraries.
WGS_GCJ = [
    (121.5272106, 31.1774276, 121.531541859215, 31.17530398364597),
    (113.912316, 22.543847, 113.9171764808363, 22.540796131694766),
    (116.377817, 39.911954, 116.38404722455657, 39.91334545536069),
    (116.404, 39.915, 116.41024449916938, 39.91640428150164),
    (112.2297, 30.0590, 112.2353947519, 30.0564348565),
]


@pytest.mark.parametrize(("longitude", "latitude", "shifted_longitude", "shifted_latitude"), WGS_GCJ)
def test_gcj02_both_ways(longitude, latitude, shifted_longitude, shifted_latitude):
    assert one(wgs84_to_gcj02, longitude, latitude) == pytest.approx((shifted_longitude, shifted_latitude), abs=1e-6)
    assert one(gcj02_to_wgs84, shifted_longitude, shifted_latitude) == pytest.approx((longitude, latitude), abs=1e-6)


def test_gcj02_inverse_is_closer_than_a_centimetre():
    grid = numpy.array([[x, y] for x in numpy.arange(74, 135, 3.7) for y in numpy.arange(4, 53, 3.1)])
    assert numpy.abs(gcj02_to_wgs84(wgs84_to_gcj02(grid)) - grid).max() < 1e-8


def test_bd09_vectors():
    assert one(bd09_to_gcj02, 116.404, 39.915) == pytest.approx((116.39762729119315, 39.90865673957631), abs=1e-9)
    assert one(gcj02_to_bd09, 116.404, 39.915) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-9)
    assert one(gcj02_to_wgs84, 116.404, 39.915) == pytest.approx((116.3977557546, 39.9135962356), abs=1e-8)
    assert one(bd09_to_wgs84, 112.2419234699, 30.0623419675) == pytest.approx((112.2297, 30.0590), abs=2e-6)
    assert one(gcj02_to_bd09, 112.2353947519, 30.0564348565) == pytest.approx((112.2419234699, 30.0623419675), abs=1e-9)


def test_one_step_back_is_not_far_from_iterating():
    shifted = numpy.array([[116.404, 39.915]])
    stepped = (2 * shifted - wgs84_to_gcj02(shifted))[0]
    assert stepped == pytest.approx((116.39775550083061, 39.91359571849836), abs=1e-9)
    assert stepped == pytest.approx(one(gcj02_to_wgs84, 116.404, 39.915), abs=1e-6)


def test_how_far_unconverted_surveys_lie():
    here = (112.2297, 30.0590)
    shifted = one(wgs84_to_gcj02, *here)
    baidu = one(gcj02_to_bd09, *shifted)
    sphere, ellipsoid = (
        [earth.inv(*ends)[2] for ends in ((*here, *shifted), (*here, *baidu), (*shifted, *baidu))]
        for earth in (pyproj.Geod(a=6_371_000, f=0), pyproj.Geod(ellps="WGS84"))
    )
    assert sphere == pytest.approx([617.85, 1233.67, 908.97], abs=0.01)
    assert ellipsoid == pytest.approx([618.40, 1235.53, 908.37], abs=0.01)


# The tests of github googollee/eviltransform give these two places (BD-09 and WGS-84, longitude and latitude). They contradict those of
# github wandergis/coordtransform, 10 and 41 m away from where its formulas lead. NetGrid follows coordtransform: its forward and backward
# formulas agree with each other and with the list of 332 places below, so no tolerance is widened to take in both.
@pytest.mark.parametrize(
    ("baidu", "elsewhere", "found", "metres"),
    [
        ((120.019809, 29.199786), (120.00877901149691, 29.196131605295484), (120.00874001, 29.19621972), 10.5),
        ((120.036455, 29.210504), (120.0253853970846, 29.206795749156136), (120.02528298, 29.20715788), 41.4),
    ],
)
def test_places_that_another_library_puts_elsewhere(baidu, elsewhere, found, metres):
    here = one(bd09_to_wgs84, *baidu)
    assert here == pytest.approx(found, abs=1e-8)
    assert pyproj.Geod(ellps="WGS84").inv(*here, *elsewhere)[2] == pytest.approx(metres, abs=0.1)
    assert one(gcj02_to_bd09, *one(wgs84_to_gcj02, *here)) == pytest.approx(baidu, abs=2e-6)


def test_places_outside_china_are_not_shifted():
    for place in ((-104.9903, 39.7392), (153.0251, -27.4698), (2.35, 48.86)):
        assert one(wgs84_to_gcj02, *place) == pytest.approx(place, abs=0)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data sets are not here")
def test_places_of_china():
    places = json.loads((SHARED / "china-crs-vectors" / "china-cities.json").read_text(encoding="utf-8"))
    wgs, gcj, baidu, metres = (numpy.array([place["coords"][name] for place in places]) for name in ("WGS84", "GCJ02", "BD09", "EPSG3857"))
    assert len(places) == 332
    # The list gives WGS-84 to 4 decimals against GCJ-02, and BD-09 to 6 against GCJ-02.
    assert numpy.abs(wgs84_to_gcj02(wgs) - gcj).max() < 1e-4
    assert numpy.abs(gcj02_to_wgs84(gcj) - wgs).max() < 1e-4
    assert numpy.abs(gcj02_to_bd09(gcj) - baidu).max() < 1e-6
    assert numpy.abs(bd09_to_gcj02(baidu) - gcj).max() < 2e-6
    assert numpy.abs(read_datum("EPSG:3857").convert(metres) - wgs).max() < 1e-4


@pytest.mark.parametrize("code", [4214, 4610, 2437, 2363, 21419, 4555])
def test_datums_without_public_parameters_are_refused(code):
    with pytest.raises(InputError) as refused:
        read_datum(f"EPSG:{code}")
    assert refused.value.code == "CRS_LOCAL"
    assert "control points" in refused.value.next_step


@pytest.mark.parametrize("name", ["EPSG:99999", "nonsense", "EPSG:4978", ""])
def test_what_is_no_crs(name):
    with pytest.raises(InputError) as refused:
        read_datum(name)
    assert refused.value.code == "CRS_UNKNOWN"


def test_names_of_datums():
    assert [read_datum(name).name for name in ("GCJ-02", "bd09", "epsg:4546", "4546", "EPSG: 4546")] == [
        "gcj02",
        "bd09",
        *["EPSG:4546"] * 3,
    ]
    assert read_datum("urn:ogc:def:crs:EPSG::4546").name == "EPSG:4546"


def test_zones_that_do_not_fit_the_easting():
    assert zone_proposal("EPSG:4546", 37618583.5) == "EPSG:4525"
    assert zone_proposal("EPSG:4525", 618583.5) == "EPSG:4546"
    assert zone_proposal("EPSG:4546", 618583.5) is None
    assert zone_proposal("gcj02", 37618583.5) is None


def write(path, header, *rows):
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def place_of(row):
    return shapely.get_coordinates(shapely.from_wkb(row[3]))[0]


def test_survey_x_is_the_northing(tmp_path):
    path = write(tmp_path / "a.csv", "编码,类型,X坐标,Y坐标", "MH-1,人井,3327291.187,618583.501")
    rows, report = staged(path, "EPSG:4546")
    assert place_of(rows[0]) == pytest.approx((112.2297, 30.0590), abs=1e-8)
    assert (report.crs, rules(report)) == ("EPSG:4546", [])


def test_survey_coordinates_without_a_crs_are_one_error(tmp_path):
    path = write(tmp_path / "a.csv", "编码,类型,X坐标,Y坐标", "MH-1,人井,3327291.187,618583.501", "MH-2,人井,3327291.187,618583.501")
    rows, report = staged(path)
    assert rules(report) == [("CRS_MISSING", None)]
    assert [row[1] for row in rows] == [True, True]


def test_swapped_and_misplaced_zones_are_proposed(tmp_path):
    path = write(
        tmp_path / "a.csv", "编码,类型,X坐标,Y坐标", "MH-1,人井,618583.501,3327291.187", "MH-2,人井,3327291.187,37618583.501",
        "MH-3,人井,3327291.187,618583.501", "MH-4,人井,1,2",
    )  # fmt: skip
    rows, report = staged(path, "EPSG:4546")
    assert rules(report) == [("PLACE_SWAPPED", 2), ("PLACE_ZONE", 3), ("PLACE_OUTSIDE", 5)]
    assert report.findings[1].expected == "EPSG:4525"
    assert [row[1] for row in rows] == [True, True, False, True]


def test_columns_of_longitude_and_latitude(tmp_path):
    path = write(tmp_path / "a.csv", "编码,类型,经度,纬度", "MH-1,人井,112.2353947519,30.0564348565", "MH-2,人井,30.05,112.22")
    rows, report = staged(path, "gcj02")
    assert place_of(rows[0]) == pytest.approx((112.2297, 30.0590), abs=1e-7)
    assert (report.crs, rules(report)) == ("gcj02", [("PLACE_SWAPPED", 3)])
    _, report = staged(path)
    assert (report.crs, rules(report)) == ("EPSG:4490", [("CRS_ASSUMED", None), ("PLACE_SWAPPED", 3)])


def test_a_declared_crs_wins_and_a_refused_one_is_told_once(tmp_path):
    path = write_points(tmp_path / "a.gpkg", [shapely.Point(112.2353947519, 30.0564348565)] * 3, "EPSG:4490")
    rows, report = staged(path, "gcj02")
    assert place_of(rows[0]) == pytest.approx((112.2297, 30.0590), abs=1e-7)
    assert rules(report) == [("CRS_OVERRIDDEN", None)]
    rows, report = staged(write_points(tmp_path / "b.gpkg", [shapely.Point(112.2, 30.0)] * 3, "EPSG:4610"))
    assert rules(report) == [("CRS_LOCAL", None)] and all(row[1] for row in rows)
    rows, report = staged(write_points(tmp_path / "c.shp", [shapely.Point(112.2, 30.0)] * 3, None))
    assert rules(report) == [("CRS_MISSING", None)] and all(row[1] for row in rows)
