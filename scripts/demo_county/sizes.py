"""Which product each cable is: at least what its leaves need, then larger ones until the county's conductors are spent."""
import random
from bisect import bisect_left

from scripts.demo_county.cables import SIZES, Leaf, Trunk, branch_breaks
from scripts.demo_county.structures import Ground

# A cable is bought larger than its need by these factors, the modest ones first.
SPARE = (2, 4, 16)


def least_conductors(ground: Ground, trunks: list[Trunk]) -> int:
    """Conductors of all pieces with the smallest products that carry the leaves; sets the sizes."""
    total = 0
    for trunk in trunks:
        trunk.size = fitting(trunk.medium, trunk.taken)
        for leaf in trunk.leaves[:-1]:
            leaf.branch_size = fitting(trunk.medium, leaf.block)
        total += sum(_size(owner) * pieces for owner, _, pieces in _wants(ground, trunk))
    return total


def spend(ground: Ground, trunks: list[Trunk], fills: list[float], budget: int, rng: random.Random) -> int:
    """Conductors of all pieces of the trunks of one medium, after buying larger cables towards ``budget``.

    ``fills`` are those of the towns (0..1): the emptier a town, the sooner it has bought too much.
    """
    total = least_conductors(ground, trunks)
    wants = [(fills[trunk.town] + rng.random() / 2, *want) for trunk in trunks for want in _wants(ground, trunk)]
    wants.sort(key=lambda want: want[0])
    for spare in SPARE:
        before = -1
        while total != before:
            before = total
            for _, owner, need, pieces in wants:
                larger = _larger(trunks[0].medium, _size(owner))
                extra = (larger - _size(owner)) * pieces
                if 0 < extra <= budget - total and larger <= spare * need:
                    _resize(owner, larger)
                    total += extra
    return total


def _wants(ground: Ground, trunk: Trunk) -> list[tuple[Trunk | Leaf, int, int]]:
    branches = [(leaf, leaf.block, len(branch_breaks(ground, trunk, leaf)) + 1) for leaf in trunk.leaves[:-1]]
    return [(trunk, trunk.taken, len(trunk.breaks) + 1), *branches]


def fitting(medium: str, count: int) -> int:
    """The smallest product with ``count`` conductors.

    Raises
    ------
    ValueError
        No product is as large.
    """
    sizes = SIZES[medium]
    place = bisect_left(sizes, count)
    if place == len(sizes):
        raise ValueError(f"no {medium} cable has {count} conductors")
    return sizes[place]


def _size(owner: Trunk | Leaf) -> int:
    return owner.size if isinstance(owner, Trunk) else owner.branch_size


def _resize(owner: Trunk | Leaf, size: int) -> None:
    if isinstance(owner, Trunk):
        owner.size = size
    else:
        owner.branch_size = size


def _larger(medium: str, size: int) -> int:
    sizes = SIZES[medium]
    return sizes[min(len(sizes) - 1, sizes.index(size) + 1)]
