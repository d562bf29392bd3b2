"""What a line takes, in order from the office to the customer, and which of its joints an order makes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.network.rules.terminations import FRONT, SPLIT_OUT, port_end

KINDS = ("conductor", "port", "channel")
# The face of a port at which patches and jumpers meet it.
PATCHED = {"plain": FRONT, "panel": FRONT, "split_out": SPLIT_OUT}


@dataclass(frozen=True)
class Carrier:
    """A strand, pair or port by key; or a channel of the circuit with this key, ``channel_no`` None for its lowest free one."""

    kind: str
    id: int
    channel_no: int | None = None
    path_no: int = 1


@dataclass(frozen=True)
class Chain:
    """Everything that a line takes.

    Attributes
    ----------
    kind
        Of the circuit: ``access`` or ``trail``.
    carriers
        From A to Z, path by path.
    """

    carriers: tuple[Carrier, ...] = ()
    kind: str = "access"
    a_port_id: int | None = None
    z_port_id: int | None = None
    number_id: int | None = None
    vlan_id: int | None = None
    prefix_id: int | None = None

    def keys(self, kind: str) -> list[int]:
        """The keys of its strands and pairs, its ports, or the circuits that it rides."""
        return [one.id for one in self.carriers if one.kind == kind]


def patched_pairs(carriers: Sequence[Carrier], roles: Mapping[int, str]) -> list[tuple[int, int, int]]:
    """The patches and jumpers of a chain: two terminations and the port in whose equipment they meet, for every two ports in a row.

    A terminal meets its cable at the back, so two ports in a row are always met at their fronts. The joint stands in the equipment
    of the second of them where that is a panel, else of the first.
    """
    pairs = []
    for one, other in pairwise(carriers):
        if one.kind == other.kind == "port" and one.path_no == other.path_no:
            faces = [PATCHED.get(roles[key.id]) for key in (one, other)]
            if None not in faces:
                stands_at = other.id if roles[other.id] == "panel" else one.id
                pairs.append((port_end(one.id, faces[0]), port_end(other.id, faces[1]), stands_at))
    return pairs
