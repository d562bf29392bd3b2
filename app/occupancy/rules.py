"""Ratios and bands of occupancy, domain.md C1 to C4. Where there is no capacity there is no ratio: None, never 0."""
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
# Diameter of the smallest circle around n equal circles of diameter 1 (circle packing), n = 1..7.
EQUIVALENT_DIAMETERS = (1.0, 2.0, 2.1547, 2.4142, 2.7013, 3.0, 3.0)


@dataclass(frozen=True)
class Ratios:
    """Fill, occupancy and effective occupancy, each 0..1 or None."""

    fill: float | None
    occupancy: float | None
    effective: float | None


@dataclass(frozen=True)
class StrandUse:
    """Strands of one segment: how many there are, how many are taken, and the sheath's length in kilometres."""

    total: int
    used: int
    length_km: float


@dataclass(frozen=True)
class RouteUse:
    """Use of a row of segments: by count, by strand-kilometres, the fullest segment, and the fewest idle strands."""

    count_ratio: float | None
    strand_km_ratio: float | None
    worst_ratio: float | None
    least_idle: int


@dataclass(frozen=True)
class Band:
    """A step of occupancy: its name, the ratio from which it holds, and its labels."""

    name: str
    from_ratio: float
    label_zh: str
    label_en: str


def divide(part: float, whole: float) -> float | None:
    """The ratio of two sums, or None where there is no whole."""
    return part / whole if whole > 0 else None


def count_ratios(installed: int, in_use: int, reserved: int, unusable: int) -> Ratios:
    """Fill U/N, occupancy (U+R)/N and effective (U+R)/(N-F); planned capacity is never part of N (C1)."""
    return Ratios(divide(in_use, installed), divide(in_use + reserved, installed), divide(in_use + reserved, installed - unusable))


def route_use(segments: Sequence[StrandUse]) -> RouteUse:
    """How full a row of segments is (C2); ``least_idle`` bounds the strands that are idle all the way."""
    ratios = [ratio for ratio in (divide(one.used, one.total) for one in segments) if ratio is not None]
    return RouteUse(
        divide(sum(one.used for one in segments), sum(one.total for one in segments)),
        divide(sum(one.used * one.length_km for one in segments), sum(one.total * one.length_km for one in segments)),
        max(ratios, default=None),
        min((one.total - one.used for one in segments), default=0),
    )


def area_fill(inner_mm: float, outer_mm: Sequence[float]) -> float | None:
    """The part of a hole's area that round things of these diameters take, in mm (C3)."""
    return divide(sum(diameter**2 for diameter in outer_mm), inner_mm**2)


def bundle_share(inner_mm: float, outer_mm: float, count: int) -> float | None:
    """The diameter of a bundle of equal circles as a part of the hole's inner diameter, in mm (C3).

    Raises
    ------
    ValueError
        Where there are more than seven: packing is not known here.
    """
    if count > len(EQUIVALENT_DIAMETERS):
        raise ValueError(f"a bundle of {count} is more than {len(EQUIVALENT_DIAMETERS)}")
    return divide(EQUIVALENT_DIAMETERS[count - 1] * outer_mm, inner_mm) if count else 0.0


def bundle_fits(inner_mm: float, outer_mm: float, count: int, limit: float | None = None) -> bool:
    """True where a bundle of subducts fits the hole by the limit, the file's where none is given."""
    share = bundle_share(inner_mm, outer_mm, count)
    return share is not None and share <= (duct_limits()["bundle_share"] if limit is None else limit)


def cable_fits(inner_mm: float, outer_mm: float) -> bool:
    """True where a subduct is wide enough for a cable."""
    return inner_mm >= duct_limits()["subduct_to_cable"] * outer_mm


def find_band(ratio: float | None, resource: str = "*") -> Band | None:
    """The band that a ratio lies in (C4); None without capacity. A limit itself belongs to the higher band."""
    if ratio is None:
        return None
    # Ratios come from divisions: the last digit of a float must not keep 80 % out of its band.
    return max((band for band in bands(resource) if ratio >= band.from_ratio - 1e-12), key=lambda band: band.from_ratio, default=None)


def is_low_efficiency(ratio: float | None, months_in_service: int) -> bool:
    """True where so little is used so long after the start that the plant stands idle (C4)."""
    row = _rows("low_efficiency.csv")[0]
    return ratio is not None and ratio <= float(row["at_most_ratio"]) + 1e-12 and months_in_service >= int(row["after_months"])


def bands(resource: str = "*") -> tuple[Band, ...]:
    """The bands of a resource, lowest first; those of ``*`` where it has none of its own."""
    rows = _rows("bands.csv")
    own = [row for row in rows if row["resource"] == resource] or [row for row in rows if row["resource"] == "*"]
    found = (Band(row["band"], float(row["from_ratio"]), row["label_zh"], row["label_en"]) for row in own)
    return tuple(sorted(found, key=lambda band: band.from_ratio))


def duct_limits() -> dict[str, float]:
    """The limits of ducts by name."""
    return {row["limit"]: float(row["value"]) for row in _rows("duct_limits.csv")}


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
