"""Repair, failure, availability, and quotas of faults."""

from decimal import Decimal

import pytest

from app.core.errors import InputError
from app.engineering.reliability import (
    cable_fault_quota,
    downtime_h,
    faults_per_100_lines,
    parallel_ratio,
    reliability,
    series_ratio,
)


@pytest.mark.parametrize(
    ("figures", "mttr", "mtbf", "percent"),
    [
        ((2160, 4, 18), 4.5, 535.5, 99.1667),
        ((2160, 6, 30), 5.0, 355.0, 98.6111),
        ((2184, 1, 2.5), 2.5, 2181.5, 99.8855),
        ((2208, 0, 0), None, None, 100),
        # Hours of a fault that the quarter before counts.
        ((2208, 0, 2.208), None, None, 99.9),
    ],
)
def test_repair_failure_and_availability(figures, mttr, mtbf, percent):
    found = reliability(*figures)
    assert (found.mttr_h, found.mtbf_h, round(100 * found.availability_ratio, 4)) == (mttr, mtbf, percent)


def test_no_availability_without_time():
    assert reliability(0, 0, 0).availability_ratio is None


def test_time_down():
    assert 60 * downtime_h(0.9999) == pytest.approx(52.56)
    assert downtime_h(0.999) == pytest.approx(8.76)
    assert round(60 * downtime_h(1 - 5e-6, 20), 1) == 52.6


def test_chains_and_parallels():
    assert round(series_ratio([0.999, 0.9995, 0.9999]), 6) == 0.998401
    assert parallel_ratio([0.999, 0.999]) == pytest.approx(0.999999)
    assert (series_ratio([]), parallel_ratio([]), parallel_ratio([0.5, 1])) == (1, 0, 1)


@pytest.mark.parametrize(("faults", "lines", "rate"), [(34, 4300, 0.79), (112, 19_206, 0.58), (0, 500, 0.00)])
def test_faults_per_100_lines(faults, lines, rate):
    assert round(faults_per_100_lines(faults, lines), 2) == rate


def test_no_rate_without_lines():
    assert faults_per_100_lines(3, 0) is None


@pytest.mark.parametrize(
    ("length_km", "quota"), [(1000, "1.5"), (620, "0.9"), (300, "0.7"), (469.9, "0.7"), (470, "0.7"), (500, "0.8"), (0, "0.7")]
)
def test_quota_of_trunk_cable(length_km, quota):
    assert cable_fault_quota(length_km * 1000) == Decimal(quota)


@pytest.mark.parametrize(
    ("call", "subject"),
    [
        (lambda: reliability(-1, 0, 0), "total_h"),
        (lambda: reliability(10, -1, 0), "fault_count"),
        (lambda: reliability(10, 1, 11), "down_h"),
        (lambda: downtime_h(1.1), "availability_ratio"),
        (lambda: downtime_h(1, -1), "years"),
        (lambda: series_ratio([1, 1.1]), "availability_ratio"),
        (lambda: parallel_ratio([-0.1]), "availability_ratio"),
        (lambda: faults_per_100_lines(-1, 10), "fault_count"),
        (lambda: cable_fault_quota(-1), "length_m"),
    ],
)
def test_what_cannot_be(call, subject):
    with pytest.raises(InputError) as refused:
        call()
    assert (refused.value.code, refused.value.subject) == ("VALUE_IMPOSSIBLE", subject)
