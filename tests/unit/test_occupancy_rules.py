"""The vectors of domain.md C1 to C4."""

import pytest

from app.occupancy.rules import (
    StrandUse,
    area_fill,
    bundle_fits,
    bundle_share,
    cable_fits,
    count_ratios,
    divide,
    find_band,
    is_low_efficiency,
    route_use,
)


def percent(ratio):
    return None if ratio is None else round(100 * ratio, 2)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((6672, 5338, 120, 32), (80.01, 81.80, 82.20)),
        ((2232, 670, 0, 12), (30.02, 30.02, 30.18)),
        ((96, 96, 0, 0), (100.0, 100.0, 100.0)),
        ((0, 0, 0, 0), (None, None, None)),
        ((5, 0, 0, 5), (0.0, 0.0, None)),
    ],
)
def test_ratios_of_counts(counts, expected):
    found = count_ratios(*counts)
    assert tuple(map(percent, (found.fill, found.occupancy, found.effective))) == expected


def test_route_of_three_segments():
    found = route_use([StrandUse(24, 18, 1.2), StrandUse(48, 20, 3.5), StrandUse(144, 60, 0.8)])
    assert (percent(found.count_ratio), percent(found.strand_km_ratio), percent(found.worst_ratio)) == (45.37, 44.74, 75.0)
    assert found.least_idle == 6


@pytest.mark.parametrize(("segment", "expected"), [(StrandUse(48, 12, 2), (25.0, 25.0)), (StrandUse(0, 0, 5), (None, None))])
def test_route_of_one_segment(segment, expected):
    found = route_use([segment])
    assert (percent(found.count_ratio), percent(found.strand_km_ratio)) == expected


def test_route_of_nothing():
    assert route_use([]).count_ratio is None


@pytest.mark.parametrize(
    ("inner", "outer", "count", "area", "share"),
    [(100, 32, 3, 30.72, 68.95), (100, 32, 4, 40.96, 77.25), (90, 32, 4, 50.57, 85.84), (100, 32, 5, 51.20, 86.44)],
)
def test_bundles_in_a_hole(inner, outer, count, area, share):
    assert percent(area_fill(inner, [outer] * count)) == area
    assert percent(bundle_share(inner, outer, count)) == share


def test_a_bundle_fits_by_the_limit():
    assert not bundle_fits(90, 32, 4, 0.85)
    assert bundle_fits(90, 32, 4, 0.90)
    assert bundle_fits(90, 32, 4)


def test_bundles_beyond_the_table():
    with pytest.raises(ValueError, match="more than 7"):
        bundle_share(100, 10, 8)


def test_cable_in_a_subduct():
    assert percent(area_fill(28, [16])) == 32.65
    assert cable_fits(28, 16)
    assert percent(area_fill(28, [20])) == 51.02
    assert not cable_fits(28, 20)


@pytest.mark.parametrize(
    ("ratio", "band"),
    [(0.0, "none"), (0.6999, "none"), (0.70, "warn"), (0.7999, "warn"), (0.80, "expand"), (0.90, "critical"), (1.0, "critical")],
)
def test_bands(ratio, band):
    assert find_band(ratio).name == band


def test_no_band_without_capacity():
    assert find_band(None) is None


def test_the_limit_itself_is_in_the_band_whatever_the_last_digit():
    assert find_band(0.1 + 0.7).name == "expand"


@pytest.mark.parametrize(("ratio", "months", "expected"), [(0.30, 12, True), (0.30, 11, False), (0.31, 12, False), (None, 24, False)])
def test_low_efficiency(ratio, months, expected):
    assert is_low_efficiency(ratio, months) is expected


@pytest.mark.parametrize(
    ("parts", "expected"), [(((9, 10), (10, 100)), 17.27), (((10, 100), (90, 100)), 50.0), (((0, 0), (5, 10)), 50.0)]
)
def test_ratio_of_sums_not_mean_of_ratios(parts, expected):
    assert percent(divide(sum(used for used, _ in parts), sum(total for _, total in parts))) == expected
