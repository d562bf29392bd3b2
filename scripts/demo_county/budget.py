"""How much plant a county gets at a scale, and how it is shared out among its towns."""
import math
import random
from dataclasses import dataclass

from scripts.demo_county.places import COMMUNITIES, NEIGHBOURHOODS, SEAT, County

# The county at scale 1; terminals, splitters and ducts come on top.
MANHOLES = 8_000
POLES = 30_000
SEGMENTS = 12_000
STRANDS = 300_000
PAIRS = 150_000
LINE_PORTS = 80_000
# Fill that the demand of a town aims at: some run out, some stand idle.
FILLS = (0.93, 0.88, 0.82, 0.75, 0.70, 0.66, 0.60, 0.55, 0.50, 0.45, 0.40, 0.34, 0.28, 0.22, 0.17)
SEAT_FILL = 0.90
COPPER_VILLAGE_SHARE = 0.34
SEAT_URBAN_WEIGHT = 2.5
MAXIMUM_COUNTIES = 12


@dataclass(frozen=True)
class TownBudget:
    """Counts for one town; ``fill`` is the share of capacity that demand wants (0..1)."""

    neighbourhoods: int
    villages: int
    manholes: int
    poles: int
    fibre_cabinets: int
    copper_cabinets: int
    copper_villages: int
    segments: int
    fill: float


@dataclass(frozen=True)
class CountyBudget:
    """Totals of one county at ``scale`` (0 < scale <= 1) and its towns in their order."""

    scale: float
    strands: int
    pairs: int
    line_ports: int
    towns: tuple[TownBudget, ...]


def split_scale(scale: float) -> tuple[int, float]:
    """Number of counties and the scale of each: 10 gives ten counties of scale 1.

    Raises
    ------
    ValueError
        The scale is not above 0 and at most 12.
    """
    if not 0 < scale <= MAXIMUM_COUNTIES:
        raise ValueError(f"scale {scale} is not above 0 and at most {MAXIMUM_COUNTIES}")
    count = max(1, round(scale))
    return count, min(1.0, scale / count)


def share(total: int, weights: list[float], minimum: int = 0) -> list[int]:
    """``total`` in whole parts by weight (largest remainder); a part with weight gets at least ``minimum``."""
    base = [minimum if weight > 0 else 0 for weight in weights]
    rest = max(0, total - sum(base))
    whole = sum(weights) or 1
    exact = [rest * weight / whole for weight in weights]
    parts = [math.floor(value) for value in exact]
    order = sorted(range(len(weights)), key=lambda index: (parts[index] - exact[index], index))
    for index in order[: rest - sum(parts)]:
        parts[index] += 1
    return [part + low for part, low in zip(parts, base, strict=True)]


def county_budget(county: County, scale: float, rng: random.Random) -> CountyBudget:
    """The budget of ``county``: population drives how much plant each town gets."""
    people = [float(town.population) for town in county.towns]
    urban = [count * (SEAT_URBAN_WEIGHT if index == SEAT else 1) for index, count in enumerate(people)]
    total = max(len(people), round(COMMUNITIES * scale))
    communities = share(total, people, 1)
    wanted = share(round(NEIGHBOURHOODS * total / COMMUNITIES), urban, 1 if total >= 4 * len(people) else 0)
    neighbourhoods = [min(want, have) for want, have in zip(wanted, communities, strict=True)]
    villages = [have - near for have, near in zip(communities, neighbourhoods, strict=True)]
    manholes = share(round(MANHOLES * scale), urban, 4)
    rural = [float(count) for count in villages]
    cabinets = _cabinets(scale, urban, villages)
    columns = (
        neighbourhoods, villages, manholes, share(round(POLES * scale), rural), cabinets[0], cabinets[1],
        share(round(COPPER_VILLAGE_SHARE * sum(villages)), rural),
        share(round(SEGMENTS * scale), _segment_weights(manholes, villages), 8), _fills(len(people), rng),
    )
    return CountyBudget(
        scale, round(STRANDS * scale), round(PAIRS * scale), round(LINE_PORTS * scale),
        tuple(TownBudget(*row) for row in zip(*columns, strict=True)),
    )


def _cabinets(scale: float, urban: list[float], villages: list[int]) -> tuple[list[int], list[int]]:
    """Cabinets in the streets of each town, besides those in villages: fibre, copper."""
    fibre = share(round(184 * scale), urban)
    copper = share(round(75 * scale), urban)
    return (
        [max(count, 0 if village else 1) for count, village in zip(fibre, villages, strict=True)],
        [max(count, 0 if village else 1) for count, village in zip(copper, villages, strict=True)],
    )


def _segment_weights(manholes: list[int], villages: list[int]) -> list[float]:
    """Segments follow streets and villages alike."""
    streets, fields = 2 * sum(manholes), 2 * max(1, sum(villages))
    return [near / streets + far / fields for near, far in zip(manholes, villages, strict=True)]


def _fills(count: int, rng: random.Random) -> list[float]:
    fills = list(FILLS)
    rng.shuffle(fills)
    fills.insert(SEAT, SEAT_FILL)
    return fills[:count]
