"""What fits into a duct."""

import math

import pytest

from app.core.errors import InputError
from app.engineering.ducts import EQUIVALENT_DIAMETERS, AreaLimit, area_fill, area_fits, bundle_fits, bundle_share, cable_fits


def percent(ratio):
    return None if ratio is None else round(100 * ratio, 2)


@pytest.mark.parametrize(
    ("inner", "outer", "count", "area", "share"),
    [(100, 32, 3, 30.72, 68.95), (100, 32, 4, 40.96, 77.25), (90, 32, 4, 50.57, 85.84), (100, 32, 5, 51.20, 86.44)],
)
def test_bundles_in_a_hole(inner, outer, count, area, share):
    assert percent(area_fill(inner, [outer] * count)) == area
    assert percent(bundle_share(inner, outer, count)) == share


def test_packing_of_equal_circles():
    exact = (1, 2, 1 + 2 / math.sqrt(3), 1 + math.sqrt(2), 1 + math.sqrt(2 * (1 + 1 / math.sqrt(5))), 3, 3)
    assert EQUIVALENT_DIAMETERS == pytest.approx(exact, abs=6e-5)
    assert [bundle_share(1, 1, count) for count in range(1, 8)] == [1, 2, 2.1547, 2.4142, 2.7013, 3, 3]


def test_a_bundle_fits_by_the_limit():
    assert not bundle_fits(90, 32, 4, 0.85)
    assert bundle_fits(90, 32, 4, 0.90)
    assert bundle_fits(90, 32, 4)


def test_cables_in_a_subduct():
    assert percent(area_fill(28, [16])) == 32.65
    assert cable_fits(28, 16) and 28 / 16 == 1.75
    assert percent(area_fill(28, [20])) == 51.02
    assert not cable_fits(28, 20) and 28 / 20 == 1.40
    assert area_fits(28, [20])


def test_limits_of_area():
    # The parts of a duct's area that one, two, three and four cables take here are 53, 31, 40 and 40 %, and a little more.
    for count, limit in ((1, 0.53), (2, 0.31), (3, 0.40), (4, 0.40)):
        diameter = math.sqrt(limit / count)
        assert area_fits(1, [diameter * 0.9999] * count)
        assert not area_fits(1, [diameter * 1.0001] * count)
    assert area_fits(100, [])
    assert not area_fits(0, [1])
    assert not area_fits(28, [20], [AreaLimit(1, 0.5, "a stricter house rule")])


def test_no_share_of_a_hole_of_nothing():
    assert (area_fill(0, [10]), bundle_share(0, 10, 1), bundle_share(100, 10, 0), bundle_fits(0, 10, 1)) == (None, None, 0.0, False)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: bundle_share(100, 10, 8), "BUNDLE_UNKNOWN"),
        (lambda: bundle_share(100, -10, 2), "VALUE_IMPOSSIBLE"),
        (lambda: bundle_share(100, 10, -1), "VALUE_IMPOSSIBLE"),
        (lambda: area_fill(-1, [1]), "VALUE_IMPOSSIBLE"),
        (lambda: area_fill(10, [1, -1]), "VALUE_IMPOSSIBLE"),
        (lambda: cable_fits(28, 0), "VALUE_IMPOSSIBLE"),
    ],
)
def test_what_cannot_be(call, code):
    with pytest.raises(InputError) as refused:
        call()
    assert refused.value.code == code
