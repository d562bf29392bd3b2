"""Roads: the streets over the ducts, on past the last manhole into quarters without ducts, and the roads along pole lines."""
from collections import Counter
from collections.abc import Iterator

from scripts.demo_county.structures import Ground

# A street goes on so many times its last stretch beyond the last manhole.
BEYOND = 3.0
SOURCE = "演示"


def road_rows(ground: Ground) -> Iterator[tuple[tuple, list[tuple[float, float]]]]:
    """Row and line (EPSG:4546) of each road; nothing is drawn by chance."""
    for town in ground.towns:
        serial: Counter[str] = Counter()
        for abbreviation, name, nodes in town.streets:
            serial[abbreviation] += 1
            spots = [ground.spot(node) for node in nodes]
            line = [_beyond(spots[1], spots[0]), *spots, _beyond(spots[-2], spots[-1])]
            yield (f"{town.prefix}{abbreviation}-R{serial[abbreviation]:02d}", name, SOURCE), line
    roads: Counter[str] = Counter()
    for nodes in _pole_chains(ground):
        line = next(ground.structures[node].code for node in nodes if ground.structures[node].kind == "pole").rpartition("/")[0]
        roads[line] += 1
        yield (f"{line}-R{roads[line]:02d}", "", SOURCE), [ground.spot(node) for node in nodes]


def _beyond(before: tuple[float, float], last: tuple[float, float]) -> tuple[float, float]:
    return tuple(round(end + BEYOND * (end - start), 3) for start, end in zip(before, last, strict=True))


def _pole_chains(ground: Ground) -> Iterator[list[int]]:
    """Structures along each pole line, in the order in which it was set up."""
    chain: list[int] = []
    for section in ground.sections:
        if "pole" not in (ground.structures[section.a].kind, ground.structures[section.z].kind):
            continue
        if chain and chain[-1] != section.a:
            yield chain
            chain = []
        chain = [*(chain or [section.a]), section.z]
    if chain:
        yield chain
