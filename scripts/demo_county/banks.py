"""Rows of like terminals or ports, counted from 0, and the ranges in which a field sheet writes them."""
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

# Prefix, number and width of a port's name: A-07 is ("A-", 7, 2).
Name = tuple[str, int, int]


@dataclass(eq=False)
class Bank:
    """Terminals of one or more pieces of equipment, one after the other.

    Attributes
    ----------
    frames
        Equipment code, how many places it has, and the name of each place.
    use, health
        Place -> state word.
    """

    frames: list[tuple[str, int, Callable[[int], Name]]] = field(default_factory=list)
    use: dict[int, str] = field(default_factory=dict)
    health: dict[int, str] = field(default_factory=dict)
    taken: int = 0

    @property
    def size(self) -> int:
        return sum(count for _, count, _ in self.frames)

    def take(self, count: int, step: int = 1) -> int:
        """The first of ``count`` places not taken yet, on a multiple of ``step``."""
        start = -(-self.taken // step) * step
        self.taken = start + count
        return start

    def name(self, place: int) -> tuple[str, Name]:
        """Equipment and name of a place.

        Raises
        ------
        IndexError
            The bank has no such place.
        """
        for equipment, count, namer in self.frames:
            if place < count:
                return equipment, namer(place)
            place -= count
        raise IndexError(f"no place {place} more in {self.frames[-1][0] if self.frames else 'an empty bank'}")

    def port(self, place: int) -> tuple[str, str]:
        """Equipment and number of a place, as a sheet writes them."""
        equipment, (prefix, number, width) = self.name(place)
        return equipment, f"{prefix}{number:0{width}d}"

    def next_port(self) -> tuple[str, str]:
        """Equipment and number of the next place, which is in use from now on."""
        place = self.take(1)
        self.use[place] = "in_use"
        return self.port(place)


def tray_name(place: int) -> Name:
    """A-01 .. A-12, B-01 ..: twelve to a tray."""
    tray = place // 12
    letters = chr(65 + tray) if tray < 26 else chr(64 + tray // 26) + chr(65 + tray % 26)
    return (f"{letters}-", place % 12 + 1, 2)


def block_name(place: int) -> Name:
    """V01-001 .. V01-100, V02-001 ..: a hundred to a block."""
    return (f"V{place // 100 + 1:02d}-", place % 100 + 1, 3)


def plain_name(prefix: str, width: int, first: int = 1) -> Callable[[int], Name]:
    """Names with one prefix and rising numbers."""
    return lambda place: (prefix, place + first, width)


def conductors(segment: str) -> Bank:
    """The strands or pairs of a segment as a bank; place 0 is number 1."""
    return Bank([(segment, 10_000, plain_name("", 1))])


def pairs_of_runs(one: Bank, first: list[int], two: Bank, second: list[int], most: int = 10_000) -> Iterator[tuple[str, str, str, str]]:
    """Equipment and range on both sides, cut wherever either side leaves its row."""
    names = [(one.name(a), two.name(z)) for a, z in zip(first, second, strict=True)]
    start = 0
    for index in range(1, len(names) + 1):
        if index == len(names) or index - start == most or not all(_follows(names[index - 1][side], names[index][side]) for side in (0, 1)):
            (left, low), (right, far) = names[start]
            yield left, _span(low, names[index - 1][0][1]), right, _span(far, names[index - 1][1][1])
            start = index


def ranges(bank: Bank, places: list[int]) -> Iterator[tuple[str, str]]:
    """Equipment and its places as one list of ranges: ``A-01..A-12,B-03``."""
    spans: dict[str, list[str]] = {}
    start = None
    last = None
    for place in sorted(places):
        here = bank.name(place)
        if last is None or not _follows(last, here):
            if last is not None:
                spans.setdefault(last[0], []).append(_span(start, last[1]))
            start = here[1]
        last = here
    if last is not None:
        spans.setdefault(last[0], []).append(_span(start, last[1]))
    for equipment, parts in spans.items():
        yield equipment, ",".join(parts)


def numbers(values: list[int]) -> str:
    """Conductor numbers as ranges: ``1-6,13``."""
    return next(ranges(conductors(""), [value - 1 for value in values]))[1].replace("..", "-")


def _follows(one: tuple[str, Name], two: tuple[str, Name]) -> bool:
    return one[0] == two[0] and one[1][0] == two[1][0] and one[1][1] + 1 == two[1][1]


def _span(first: Name, last: Name) -> str:
    prefix, low, width = first
    text = f"{prefix}{low:0{width}d}"
    return text if low == last[1] else f"{text}..{prefix}{last[1]:0{width}d}"
