"""What copper pairs carry: loop resistance, attenuation of ADSL, and advice on rates. Lengths in m, one way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.core.errors import InputError
from app.engineering.quantities import not_negative
from app.engineering.tables import find_row, read_table


@dataclass(frozen=True)
class Wire:
    """Largest resistance of one wire of a pair by its gauge."""

    gauge_mm: float
    ohm_per_km: float
    source: str


@dataclass(frozen=True)
class Attenuation:
    """Loss of ADSL on a pair of one gauge and length."""

    gauge_mm: float
    length_m: float
    down_db: float
    up_db: float
    source: str


@dataclass(frozen=True)
class Advice:
    """A rule of thumb: where a measure lies from ``from_value`` to ``to_value``, a service may be sold at a rate as ``advice`` says.

    Attributes
    ----------
    measure
        ``loop_ohm`` or ``length_m``.
    advice
        ``best``, ``possible`` or ``at_most``.
    """

    measure: str
    from_value: float
    to_value: float
    service: str
    rate_mbps: float
    advice: str
    source: str


@dataclass(frozen=True)
class PairSection:
    """A stretch of a pair of one gauge."""

    length_m: float
    gauge_mm: float


@dataclass(frozen=True)
class AdslLoss:
    """Loss of ADSL towards the customer and back."""

    down_db: float
    up_db: float


WIRES = read_table("copper_wires.csv", Wire)
ATTENUATIONS = read_table("copper_attenuations.csv", Attenuation)
ADVICE = read_table("copper_advice.csv", Advice)


def loop_ohm(sections: Iterable[PairSection], wires: Sequence[Wire] = WIRES) -> float:
    """The largest resistance of a loop: both wires of every section, sum(2 r L).

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a negative length; ``WIRE_UNKNOWN`` for a gauge that the table does not know.

    Notes
    -----
    Source: knfj.com and bibodidi.com (YD/T 322 sheets).
    """
    total = 0.0
    for section in sections:
        not_negative(length_m=section.length_m)
        wire = find_row(wires, "copper_wires.csv", "WIRE_UNKNOWN", gauge_mm=section.gauge_mm)
        total += 2 * wire.ohm_per_km * section.length_m / 1000
    return total


def adsl_loss(length_m: float, gauge_mm: float = 0.4, rows: Sequence[Attenuation] = ATTENUATIONS) -> AdslLoss | None:
    """The loss of ADSL on a pair of one gauge, linear between the lengths of the table; None beyond them.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a negative length; ``WIRE_UNKNOWN``.

    Notes
    -----
    Source: exp8.net 11975941.
    """
    not_negative(length_m=length_m)
    own = sorted((row for row in rows if row.gauge_mm == gauge_mm), key=lambda row: row.length_m)
    if not own:
        raise InputError(
            "WIRE_UNKNOWN", "the loss of ADSL is not known for this wire", found=gauge_mm,
            expected="; ".join(dict.fromkeys(str(row.gauge_mm) for row in rows)), next_step="add rows to copper_attenuations.csv",
        )  # fmt: skip
    for low, high in pairwise(own):
        if low.length_m <= length_m <= high.length_m:
            part = (length_m - low.length_m) / (high.length_m - low.length_m)
            return AdslLoss(low.down_db + part * (high.down_db - low.down_db), low.up_db + part * (high.up_db - low.up_db))
    return None


def list_advice(ohm: float | None = None, length_m: float | None = None, rows: Sequence[Advice] = ADVICE) -> tuple[Advice, ...]:
    """Every rule of thumb that these figures meet, in the order of the table; none of them alone is a reason to refuse.

    Parameters
    ----------
    ohm
        Resistance of the loop, where it is known.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative figures.
    """
    figures = {name: value for name, value in (("loop_ohm", ohm), ("length_m", length_m)) if value is not None}
    not_negative(**figures)
    return tuple(row for row in rows if row.measure in figures and row.from_value <= figures[row.measure] <= row.to_value)
