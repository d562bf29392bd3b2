"""Where a fault is, from an OTDR: time to fibre, fibre to sheath, sheath to a place on the route. Lengths in m."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.errors import InputError
from app.engineering.quantities import between, impossible, not_negative, positive
from app.engineering.tables import LIMITS, find_row, read_table

LIGHT_M_PER_S = 299_792_458
METHODS = ("divide", "multiply")


@dataclass(frozen=True)
class FibreIndex:
    """Group index of a kind of fibre at a wavelength."""

    fibre: str
    wavelength_nm: int
    refractive_index: float
    source: str


@dataclass(frozen=True)
class Reading:
    """What the instrument tells: time there and back to the event, and the width of its pulse."""

    round_trip_us: float
    pulse_ns: float = 0.0


@dataclass(frozen=True)
class FibreRange:
    """What is known of a cable's strands: least and largest index, and by which part they are longer than the sheath."""

    index_low: float
    index_high: float
    excess_low_ratio: float = LIMITS["strand_excess_least_ratio"]
    excess_high_ratio: float = LIMITS["strand_excess_most_ratio"]
    method: str = "divide"


@dataclass(frozen=True)
class RoutePoint:
    """A place on a route.

    Attributes
    ----------
    chainage_m
        Along the route from its first node.
    span, offset_m
        Number of the span, from 1, and metres into it; None at a node.
    node
        Number of the node, 0 the first; None between nodes.
    """

    chainage_m: float
    span: int | None
    offset_m: float | None
    node: int | None


@dataclass(frozen=True)
class FaultInterval:
    """The stretch of the route in which the fault lies."""

    near: RoutePoint
    far: RoutePoint


INDICES = read_table("otdr_indices.csv", FibreIndex)


def find_index(fibre: str, wavelength_nm: int, indices: Iterable[FibreIndex] = INDICES) -> float:
    """The index of a kind of fibre where its cable's own is not known.

    Raises
    ------
    InputError
        ``FIBRE_UNKNOWN``.

    Notes
    -----
    Source: 360docs 9b12120437.
    """
    return find_row(indices, "otdr_indices.csv", "FIBRE_UNKNOWN", fibre=fibre, wavelength_nm=wavelength_nm).refractive_index


def fibre_distance_m(round_trip_us: float, refractive_index: float) -> float:
    """The fibre's length to an event: c t / (2 n).

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a negative time or an index outside 1..2.

    Notes
    -----
    Source: 010-17.net 257491329.
    """
    not_negative(round_trip_us=round_trip_us)
    between(1, 2, refractive_index=refractive_index)
    return LIGHT_M_PER_S * round_trip_us * 1e-6 / (2 * refractive_index)


def sheath_distance_m(fibre_m: float, excess_ratio: float, method: str = "divide") -> float:
    """The sheath's length along which a strand of this length lies.

    Parameters
    ----------
    excess_ratio
        Part by which the strand is longer, 0.01 for 1 %.
    method
        ``divide``: d / (1 + e), or ``multiply``: d (1 - e), as the maker of the instrument or the cable means it.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE``.

    Notes
    -----
    Source: OTDR-PAD manual p. 44; EXFO FG-750 manual p. 144.
    """
    not_negative(fibre_m=fibre_m)
    between(0, 0.5, excess_ratio=excess_ratio)
    if method not in METHODS:
        raise impossible("method", method, " or ".join(METHODS))
    return fibre_m / (1 + excess_ratio) if method == "divide" else fibre_m * (1 - excess_ratio)


def two_ended_m(from_a_m: float, from_z_m: float, length_m: float) -> float:
    """The distance from A by readings from both ends, scaled so that they sum to the known length.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative readings, both 0, or a length that is not above 0.
    """
    not_negative(from_a_m=from_a_m, from_z_m=from_z_m)
    positive(length_m=length_m, sum_of_readings_m=from_a_m + from_z_m)
    return length_m * from_a_m / (from_a_m + from_z_m)


def locate_on_route(sheath_m: float, spans_m: Sequence[float], slack_m: Mapping[int, float] | None = None) -> RoutePoint:
    """The place on the route at which so much sheath is used up, the coils at the nodes included.

    Parameters
    ----------
    spans_m
        Lengths of the spans in order; span i lies between the nodes i - 1 and i.
    slack_m
        Sheath coiled at a node, by the node's number, 0 the first.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative lengths or a node that is not there; ``OTDR_BEYOND_ROUTE``.
    """
    coils = _checked(sheath_m, spans_m, slack_m)
    left_m, chainage_m = sheath_m, 0.0
    for node in range(len(spans_m) + 1):
        if left_m <= coils.get(node, 0.0):
            return RoutePoint(chainage_m, None, None, node)
        left_m -= coils.get(node, 0.0)
        if node < len(spans_m):
            if left_m < spans_m[node]:
                return RoutePoint(chainage_m + left_m, node + 1, left_m, None)
            left_m -= spans_m[node]
            chainage_m += spans_m[node]
    raise InputError(
        "OTDR_BEYOND_ROUTE", "the event lies beyond the end of the route", found=round(sheath_m, 2), expected=round(sheath_m - left_m, 2),
        next_step="check the index, the excess, the coils and the lengths of the route",
    )  # fmt: skip


def locate_fault(
    reading: Reading,
    fibre: FibreRange,
    spans_m: Sequence[float],
    slack_m: Mapping[int, float] | None = None,
    slack_error_ratio: float = 0.0,
) -> FaultInterval:
    """The stretch of the route in which the event lies: never a bare point.

    It takes the largest index, excess and coils for the near end and the least for the far one, and the pulse's length in the fibre,
    half to each side. A far end beyond the route becomes the route's end.

    Parameters
    ----------
    slack_error_ratio
        Part by which the coils may be longer or shorter than recorded.

    Raises
    ------
    InputError
        As `fibre_distance_m`, `sheath_distance_m` and `locate_on_route`.
    """
    between(0, 1, slack_error_ratio=slack_error_ratio)
    not_negative(pulse_ns=reading.pulse_ns)
    half_us = reading.pulse_ns / 2000
    low_m = fibre_distance_m(max(reading.round_trip_us - half_us, 0.0), fibre.index_high)
    high_m = fibre_distance_m(reading.round_trip_us + half_us, fibre.index_low)
    coils = slack_m or {}
    longer, shorter = (
        {node: metres * factor for node, metres in coils.items()} for factor in (1 + slack_error_ratio, 1 - slack_error_ratio)
    )
    end_m = sum(spans_m) + sum(shorter.values())
    return FaultInterval(
        locate_on_route(sheath_distance_m(low_m, fibre.excess_high_ratio, fibre.method), spans_m, longer),
        locate_on_route(min(sheath_distance_m(high_m, fibre.excess_low_ratio, fibre.method), end_m), spans_m, shorter),
    )


def _checked(sheath_m: float, spans_m: Sequence[float], slack_m: Mapping[int, float] | None) -> Mapping[int, float]:
    not_negative(sheath_m=sheath_m)
    for length in spans_m:
        not_negative(span_m=length)
    for node, length in (slack_m or {}).items():
        between(0, len(spans_m), slack_node=node)
        not_negative(slack_m=length)
    return slack_m or {}
