"""Batteries, rectifiers and loads. Currents in A, charge in Ah at ten hours, powers in W or kW, temperatures in degrees C."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, sqrt

from app.core.errors import InputError
from app.engineering.quantities import between, divide, impossible, not_negative, positive
from app.engineering.tables import LIMITS, read_table

# A quotient such as 0.3 / 0.1 must not need a module more for its last digit.
_CLOSE = 1e-9


@dataclass(frozen=True)
class Discharge:
    """Part of a battery's ten-hour capacity that a discharge of so many hours gives, down to a voltage per cell where it matters."""

    hours: float
    end_voltage_v: float | None
    eta: float
    is_default: bool
    source: str


@dataclass(frozen=True)
class TemperatureStep:
    """Change of capacity per degree for discharges from so many hours on."""

    from_hours: float
    alpha: float
    source: str


@dataclass(frozen=True)
class SpareStep:
    """Spare modules for up to so many working ones: one, or one for every ``modules_per_spare``."""

    most_modules: int | None
    modules_per_spare: int | None
    source: str


@dataclass(frozen=True)
class BatteryTables:
    """What a battery's size is worked out from."""

    discharges: tuple[Discharge, ...] = read_table("power_discharge.csv", Discharge)
    temperatures: tuple[TemperatureStep, ...] = read_table("power_temperatures.csv", TemperatureStep)


@dataclass(frozen=True)
class RectifierSize:
    """What a rectifier must give, and its modules."""

    current_a: float
    working_count: int
    spare_count: int


BATTERY_TABLES = BatteryTables()
# Voltage of direct current in an office, and the part of a breaker above which nothing more is planned on it.
DIRECT_V, HIGH_LOAD_RATIO = LIMITS["direct_v"], LIMITS["high_load_ratio"]
SPARES = read_table("power_spares.csv", SpareStep)


def battery_ah(
    load_a: float, hours: float, temperature_c: float, *, end_voltage_v: float | None = None,
    safety_ratio: float = LIMITS["battery_safety_ratio"], tables: BatteryTables = BATTERY_TABLES,
) -> float:  # fmt: skip
    """The least capacity of a battery: K I T / (eta (1 + alpha (t - 25))); eta is linear between the hours of the table.

    Parameters
    ----------
    end_voltage_v
        Voltage per cell at the end; the table's default where none is given.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative figures, hours shorter than the table, or a temperature that leaves no capacity;
        ``END_VOLTAGE_UNKNOWN``.

    Notes
    -----
    Source: MSCBSC forum 130408.
    """
    not_negative(load_a=load_a)
    positive(safety_ratio=safety_ratio)
    curve = _curve(end_voltage_v, tables)
    between(curve[0][0], float("inf"), hours=hours)
    return safety_ratio * load_a * hours / (_eta(curve, hours) * _warmth(hours, temperature_c, tables))


def battery_hours(
    capacity_ah: float, load_a: float, temperature_c: float, *, end_voltage_v: float | None = None,
    safety_ratio: float = LIMITS["battery_safety_ratio"], tables: BatteryTables = BATTERY_TABLES,
) -> float | None:  # fmt: skip
    """The hours for which a battery bears a load, by the formula of `battery_ah`; None where shorter than the table begins.

    Where the change per degree steps, the hours end at the step if the battery doesn't reach beyond it.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a negative capacity, a load that is not above 0, or a temperature that leaves no capacity;
        ``END_VOLTAGE_UNKNOWN``.

    Notes
    -----
    Source: MSCBSC forum 130408.
    """
    not_negative(capacity_ah=capacity_ah)
    positive(load_a=load_a, safety_ratio=safety_ratio)
    curve = _curve(end_voltage_v, tables)
    steps = sorted({hours for hours, _ in curve} | {row.from_hours for row in tables.temperatures if row.from_hours > curve[0][0]})
    need_a = safety_ratio * load_a
    for start, end in pairwise([*steps, float("inf")]):
        usable_ah = capacity_ah * _warmth(start, temperature_c, tables)
        left_ah = usable_ah * _eta(curve, start) - need_a * start
        if left_ah < -_CLOSE:
            return None if start == steps[0] else start
        gain_a = usable_ah * (_eta(curve, end) - _eta(curve, start)) / (end - start) if end < float("inf") else 0.0
        reached = start + left_ah / (need_a - gain_a) if need_a > gain_a else float("inf")
        if reached < end:
            return reached
    raise AssertionError("a load above 0 empties every battery")


def size_rectifier(
    load_a: float,
    battery_c10_ah: float,
    module_a: float,
    charge_ratio: float = LIMITS["charge_ratio"],
    spares: Sequence[SpareStep] = SPARES,
) -> RectifierSize:
    """The current of a rectifier, load and charge together, and its modules: n = ceil(I / module), and the spare ones.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative figures, modules of 0 A, or a charge outside the limits.

    Notes
    -----
    Source: proposed; cww.net.cn 2007-07-25 gives N+1 under ten modules and N+2 over ten.
    """
    not_negative(load_a=load_a, battery_c10_ah=battery_c10_ah)
    positive(module_a=module_a)
    between(LIMITS["charge_least_ratio"], LIMITS["charge_most_ratio"], charge_ratio=charge_ratio)
    current_a = load_a + charge_ratio * battery_c10_ah
    working = ceil(current_a / module_a - _CLOSE)
    step = min((row for row in spares if row.most_modules is None or working <= row.most_modules), key=_most)
    return RectifierSize(current_a, working, ceil(working / step.modules_per_spare) if step.modules_per_spare else 1)


def holds_without_one(installed_count: int, module_a: float, current_a: float) -> bool:
    """True where the modules still give the current when one fails: N + 1.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative figures.
    """
    not_negative(installed_count=installed_count, module_a=module_a, current_a=current_a)
    return max(installed_count - 1, 0) * module_a >= current_a - _CLOSE


def three_phase_kw(current_a: float, power_factor: float, voltage_v: float = LIMITS["mains_v"]) -> float:
    """The power of a three-phase load: sqrt(3) V I pf, in kW.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative figures or a power factor outside 0..1.
    """
    not_negative(current_a=current_a, voltage_v=voltage_v)
    between(0, 1, power_factor=power_factor)
    return sqrt(3) * voltage_v * current_a * power_factor / 1000


def direct_current_a(power_w: float, voltage_v: float) -> float:
    """The current of a load at this direct voltage, its sign left out.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a negative power or a voltage that is not above 0.
    """
    not_negative(power_w=power_w)
    positive(voltage_v=voltage_v)
    return power_w / voltage_v


def ups_load_ratio(load_kw: float, rating_kva: float, power_factor: float) -> float | None:
    """The load of an UPS as a part of what it can give; None where it can give nothing.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative figures or a power factor outside 0..1.
    """
    not_negative(load_kw=load_kw, rating_kva=rating_kva)
    between(0, 1, power_factor=power_factor)
    return divide(load_kw, rating_kva * power_factor)


def _curve(end_voltage_v: float | None, tables: BatteryTables) -> list[tuple[float, float]]:
    rows = tables.discharges
    known = sorted({row.end_voltage_v for row in rows if row.end_voltage_v is not None})
    if end_voltage_v is None:
        return sorted((row.hours, row.eta) for row in rows if row.is_default)
    if end_voltage_v not in known:
        raise InputError(
            "END_VOLTAGE_UNKNOWN", "the discharge to this voltage per cell is not known", found=end_voltage_v,
            expected=", ".join(map(str, known)), next_step="choose one of these, or add rows to power_discharge.csv",
        )  # fmt: skip
    return sorted((row.hours, row.eta) for row in rows if row.end_voltage_v in (end_voltage_v, None))


def _eta(curve: Sequence[tuple[float, float]], hours: float) -> float:
    for (low, low_eta), (high, high_eta) in pairwise(curve):
        if hours <= high:
            return low_eta + (high_eta - low_eta) * (hours - low) / (high - low)
    return curve[-1][1]


def _warmth(hours: float, temperature_c: float, tables: BatteryTables) -> float:
    step = max((row for row in tables.temperatures if row.from_hours <= hours), key=lambda row: row.from_hours)
    warmth = 1 + step.alpha * (temperature_c - LIMITS["battery_rated_c"])
    if not 0 < warmth < 2:
        raise impossible("temperature_c", temperature_c, "a temperature at which the battery has a capacity")
    return warmth


def _most(step: SpareStep) -> float:
    return float("inf") if step.most_modules is None else step.most_modules
