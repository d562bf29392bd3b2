"""Ratios and bands of occupancy, with figures worked out by hand."""

import pytest

from app.engineering.quantities import divide
from app.occupancy.rules import count_ratios, find_band, is_low_efficiency


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
