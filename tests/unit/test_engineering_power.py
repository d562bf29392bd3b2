"""Batteries, rectifiers and loads."""

import pytest

from app.core.errors import InputError
from app.engineering.power import (
    battery_ah,
    battery_hours,
    direct_current_a,
    holds_without_one,
    size_rectifier,
    three_phase_kw,
    ups_load_ratio,
)


@pytest.mark.parametrize(
    ("load", "hours", "temperature", "capacity"),
    [(100, 3, 5, 595.24), (60, 10, 15, 797.87), (150, 1, 25, 340.91), (20, 8, 20, 221.63), (300, 0.5, 25, 416.67), (0, 5, 25, 0)],
)
def test_size_of_batteries(load, hours, temperature, capacity):
    assert round(battery_ah(load, hours, temperature), 2) == capacity


@pytest.mark.parametrize(
    ("hours", "eta"),
    [(0.5, 0.45), (1, 0.55), (2, 0.61), (3, 0.75), (4, 0.79), (6, 0.88), (8, 0.94), (10, 1.0), (20, 1.0), (5, 0.835), (9, 0.97)],
)
def test_capacity_by_hours(hours, eta):
    assert battery_ah(100, hours, 25) == pytest.approx(125 * hours / eta)


def test_capacity_by_end_voltage():
    assert battery_ah(100, 0.5, 25, end_voltage_v=1.70) == pytest.approx(62.5 / 0.45)
    assert battery_ah(100, 0.5, 25, end_voltage_v=1.75) == pytest.approx(62.5 / 0.40)
    assert battery_ah(100, 1, 25, end_voltage_v=1.75) == pytest.approx(125 / 0.55)
    assert battery_ah(100, 1, 25, end_voltage_v=1.80) == pytest.approx(125 / 0.45)
    assert battery_ah(100, 4, 25, end_voltage_v=1.80) == pytest.approx(500 / 0.79)


def test_change_per_degree_by_hours():
    assert [battery_ah(1, hours, 15, safety_ratio=1) * eta / hours for hours, eta in ((0.5, 0.45), (2, 0.61), (10, 1))] == pytest.approx(
        [1 / 0.9, 1 / 0.92, 1 / 0.94]
    )


@pytest.mark.parametrize(
    ("capacity", "load", "temperature", "safety", "hours"),
    [
        (600, 100, 25, 1.25, 3.743),
        (600, 100, 25, 1, 5.014),
        (600, 100, 5, 1.25, 3.029),
        (300, 30, 25, 1.25, 7.368),
        (1000, 50, 25, 1.25, 16),
    ],
)
def test_hours_of_batteries(capacity, load, temperature, safety, hours):
    assert round(battery_hours(capacity, load, temperature, safety_ratio=safety), 3) == hours


def test_hours_and_size_agree():
    for temperature in (-10, 5, 25, 35):
        for capacity in (150, 300, 600, 1000, 2000):
            hours = battery_hours(capacity, 100, temperature)
            if hours not in (None, 1, 10):
                assert battery_ah(100, hours, temperature) == pytest.approx(capacity)
            if hours is not None:
                assert battery_ah(100, max(hours * 0.9999, 0.5), temperature) <= capacity + 1e-6


def test_hours_at_a_step_of_the_temperature():
    # Warm batteries gain 1 % per degree below an hour, 0.8 % from there on: 160 Ah bear 77 A below the hour, not beyond.
    assert battery_hours(160, 77, 35) == 1
    assert battery_ah(77, 0.999, 35) < 160 < battery_ah(77, 1, 35)


def test_a_battery_too_small_for_the_table():
    assert battery_hours(10, 100, 25) is None
    assert battery_hours(0, 100, 25) is None


@pytest.mark.parametrize(
    ("load", "battery", "current", "working", "spare"),
    [(100, 600, 160, 4, 1), (300, 1000, 400, 8, 1), (500, 2000, 700, 14, 2), (500, 0, 500, 10, 1)],
)
def test_rectifiers(load, battery, current, working, spare):
    found = size_rectifier(load, battery, 50)
    assert (found.current_a, found.working_count, found.spare_count) == (current, working, spare)


def test_rectifier_of_odd_sizes():
    assert size_rectifier(0.3, 0, 0.1).working_count == 3
    assert size_rectifier(501, 0, 50).spare_count == 2
    assert size_rectifier(100, 600, 50, 0.2).current_a == 220


def test_modules_without_one():
    assert holds_without_one(5, 50, 160) and holds_without_one(5, 50, 200)
    assert not holds_without_one(4, 50, 160)
    assert not holds_without_one(0, 50, 1)
    assert holds_without_one(0, 50, 0)


@pytest.mark.parametrize(("current", "factor", "power"), [(63, 0.9, 37.32), (100, 0.85, 55.95), (160, 0.95, 100.04)])
def test_three_phases(current, factor, power):
    assert round(three_phase_kw(current, factor), 2) == power


@pytest.mark.parametrize(("power", "voltage", "current"), [(3000, 53.5, 56.07), (4500, 48, 93.75), (1200, 43.2, 27.78)])
def test_direct_current(power, voltage, current):
    assert round(direct_current_a(power, voltage), 2) == current


@pytest.mark.parametrize(("load", "rating", "factor", "percent"), [(22, 40, 0.8, 68.75), (8.5, 10, 0.9, 94.44), (16, 20, 0.8, 100.00)])
def test_load_of_ups(load, rating, factor, percent):
    assert round(100 * ups_load_ratio(load, rating, factor), 2) == percent


def test_no_ratio_without_an_ups():
    assert ups_load_ratio(1, 0, 0.8) is None


@pytest.mark.parametrize(
    ("call", "subject"),
    [
        (lambda: battery_ah(-1, 3, 25), "load_a"),
        (lambda: battery_ah(1, 0.4, 25), "hours"),
        (lambda: battery_ah(1, float("nan"), 25), "hours"),
        (lambda: battery_ah(1, 3, -120), "temperature_c"),
        (lambda: battery_ah(1, 3, float("nan")), "temperature_c"),
        (lambda: battery_ah(1, 3, 25, safety_ratio=0), "safety_ratio"),
        (lambda: battery_hours(-1, 1, 25), "capacity_ah"),
        (lambda: battery_hours(1, 0, 25), "load_a"),
        (lambda: size_rectifier(-1, 0, 50), "load_a"),
        (lambda: size_rectifier(1, 0, 0), "module_a"),
        (lambda: size_rectifier(1, 0, 50, 0.3), "charge_ratio"),
        (lambda: holds_without_one(-1, 50, 1), "installed_count"),
        (lambda: three_phase_kw(1, 1.1), "power_factor"),
        (lambda: direct_current_a(1, 0), "voltage_v"),
        (lambda: ups_load_ratio(-1, 10, 0.8), "load_kw"),
    ],
)
def test_what_cannot_be(call, subject):
    with pytest.raises(InputError) as refused:
        call()
    assert (refused.value.code, refused.value.subject) == ("VALUE_IMPOSSIBLE", subject)


def test_unknown_end_voltage():
    with pytest.raises(InputError) as refused:
        battery_ah(1, 3, 25, end_voltage_v=1.9)
    assert (refused.value.code, refused.value.expected) == ("END_VOLTAGE_UNKNOWN", "1.7, 1.75, 1.8")
