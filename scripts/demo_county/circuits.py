"""The ledger of a county's circuits: their heads, their carriers in order, and the patches that join them."""
from dataclasses import dataclass, field

from scripts.demo_county.backbone import Link

# A carrier as (segment, strand, equipment, port, lower circuit, channel); what it is not stays empty.
Carrier = tuple[str, int | str, str, str, str, int | str]
Port = tuple[str, str]


@dataclass
class CircuitBook:
    """Rows of the layers ``circuit``, ``circuit_carrier``, ``ring``, ``ring_member`` and ``patch``; channels taken by circuit."""

    circuits: list[tuple] = field(default_factory=list)
    carriers: list[tuple] = field(default_factory=list)
    rings: list[tuple] = field(default_factory=list)
    members: list[tuple] = field(default_factory=list)
    patches: list[tuple] = field(default_factory=list)
    channels: dict[str, int] = field(default_factory=dict)

    def head(self, code: str, kind: str, rate: str, ends: tuple[Port, Port], name: str, **facts: object) -> None:
        """Add a circuit; ``facts`` are rate_mbit, peak_mbit, channel_count and protection where they are known."""
        told = [facts.get(fact, "") for fact in ("rate_mbit", "peak_mbit", "channel_count")]
        protection = facts.get("protection", "none")
        self.circuits.append((code, kind, "point_to_point", rate, *told, protection, *ends[0], *ends[1], name, "in_service", "in_use", ""))

    def tree(self, port: Port) -> None:
        """Add the head of a PON tree."""
        ends = (*port, "", "")
        row = (tree_code(port), "pon_tree", "tree", "gpon", 2488, "", 64, "none", *ends, "PON光路树", "in_service", "in_use", "")
        self.circuits.append(row)

    def carry(self, code: str, path_no: int, carriers: list[Carrier]) -> None:
        """Add the carriers of one path of a circuit."""
        self.carriers += [(code, path_no, seq, *carrier) for seq, carrier in enumerate(carriers, start=1)]

    def channel(self, lower: str) -> Carrier:
        """The next channel of a circuit as a carrier."""
        self.channels[lower] = self.channels.get(lower, 0) + 1
        return ("", "", "", "", lower, self.channels[lower])

    def patch(self, one: Port, two: Port) -> None:
        """Join two ports."""
        self.patches.append((*one, *two, "patch"))


def tree_code(port: Port) -> str:
    """The code of the PON tree at an office port."""
    return f"PON-{port[0]}/{port[1]}"


def port_carrier(port: Port) -> Carrier:
    """A port passed."""
    return ("", "", *port, "", "")


def cross(link: Link, position: int, start: int) -> tuple[Port, list[Carrier], Port]:
    """The frame terminals at both ends of a strand of a trunk cable, and its pieces between, from the office ``start`` on."""
    near, far = (link.trunk.bank, link.trunk.start + position), (link.leaf.bank, link.leaf.start + position)
    for bank, place in (near, far):
        bank.use[place] = "in_use"
    strands: list[Carrier] = [(piece.code, position + 1, "", "", "", "") for piece in link.trunk.pieces]
    if start == link.two:
        near, far, strands = far, near, strands[::-1]
    return near[0].port(near[1]), strands, far[0].port(far[1])


def run(book: CircuitBook, ends: tuple[Port, Port], hops: list[tuple[Link, int]], start: int) -> list[Carrier]:
    """Carriers from port to port over strands of one or more trunk cables, patched through the frames between."""
    carriers = [port_carrier(ends[0])]
    at = ends[0]
    town = start
    for link, position in hops:
        near, strands, far = cross(link, position, town)
        book.patch(at, near)
        carriers += [port_carrier(near), *strands, port_carrier(far)]
        at, town = far, link.two if town == link.one else link.one
    book.patch(at, ends[1])
    return [*carriers, port_carrier(ends[1])]
