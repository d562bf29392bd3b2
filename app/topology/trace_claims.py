"""The chain that the joints make, held against the chains that circuits claim (their carriers)."""
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.topology.continuity import Thing, Way
from app.topology.trace_answer import Claim, Finding

HELD = ("in_use", "reserved")


@dataclass
class Claims:
    """Who claims what; read once for all traces of a question."""

    of_thing: dict[Thing, Claim] = field(default_factory=dict)
    carriers: dict[int, dict[Thing, str | None]] = field(default_factory=lambda: defaultdict(dict))
    circuits: dict[int, Mapping] = field(default_factory=dict)
    rides: set[tuple[int, int]] = field(default_factory=set)

    def is_end(self, thing: Thing) -> bool:
        """True where a circuit begins or ends: at its A or Z port, or at the first or last thing that it claims."""
        claim = self.of_thing.get(thing)
        if claim is None:
            return False
        row, own = self.circuits[claim.circuit_id], list(self.carriers[claim.circuit_id])
        if thing[0] == "port" and thing[1] in (row["a_port_id"], row["z_port_id"]):
            return True
        return row["topology"] != "tree" and thing in (own[0], own[-1])

    def are_related(self, one: int, two: int) -> bool:
        return one == two or (one, two) in self.rides or (two, one) in self.rides


def gather_claims(rows: Sequence[Mapping]) -> Claims:
    """The rows of ``trace_claims.sql`` by thing and by circuit."""
    found = Claims()
    for row in rows:
        circuit = row["circuit_id"]
        found.circuits.setdefault(circuit, row)
        if row["lower_circuit_id"] is not None:
            found.rides.add((circuit, row["lower_circuit_id"]))
            continue
        thing = ("conductor", row["conductor_id"]) if row["conductor_id"] is not None else ("port", row["port_id"])
        found.carriers[circuit][thing] = row["missed_code"]
        found.of_thing[thing] = Claim(
            circuit, row["circuit_code"], row["circuit_kind"], row["service_code"], row["product"], row["customer_code"], row["segment"]
        )
    return found


def compare(way: Way, codes: Mapping[Thing, str], claims: Claims) -> Iterator[Finding]:
    """Where the joints and the carriers differ: unclaimed between claimed, claimed and not passed, claimed by a stranger."""
    claimed = {step.no: claims.of_thing.get(step.thing) for step in way.steps}
    leads_to_claim = _before_claims(way, claimed)
    last: dict[int, Claim | None] = {}
    for step in way.steps:
        before, own = last.get(step.parent) if step.parent else None, claimed[step.no]
        last[step.no] = own or before
        if own is None:
            if before and step.no in leads_to_claim:
                yield Finding("NOT_CLAIMED", step.no, {"subject": codes[step.thing], "circuit": before.circuit})
        elif before and not claims.are_related(before.circuit_id, own.circuit_id):
            words = {"subject": codes[step.thing], "circuit": own.circuit, "other": before.circuit}
            yield Finding("OTHER_CIRCUIT", step.no, words)
    yield from _not_passed(way, claimed, claims)


def _before_claims(way: Way, claimed: Mapping[int, Claim | None]) -> set[int]:
    """Hops behind which something claimed comes."""
    found: set[int] = set()
    for step in reversed(way.steps):
        if (claimed[step.no] or step.no in found) and step.parent:
            found.add(step.parent)
    return found


def _not_passed(way: Way, claimed: Mapping[int, Claim | None], claims: Claims) -> Iterator[Finding]:
    passed = {step.thing for step in way.steps}
    first: dict[int, int] = {}
    for no, claim in claimed.items():
        if claim:
            first.setdefault(claim.circuit_id, no)
    for circuit, no in first.items():
        row = claims.circuits[circuit]
        # A tree's other branches, a protecting path and the links of a chain of channels lie elsewhere by right.
        if way.climbs and row["topology"] == "tree":
            continue
        for thing, code in claims.carriers[circuit].items():
            if thing not in passed and not _lies_elsewhere(circuit, claims):
                yield Finding("NOT_PASSED", no, {"circuit": row["circuit_code"], "other": code or f"{thing[0]} {thing[1]}"})


def _lies_elsewhere(circuit: int, claims: Claims) -> bool:
    """True for a circuit over channels of others that are no trees: its own links are the two ends of its way, and don't meet."""
    lower = {low for own, low in claims.rides if own == circuit}
    return any(claims.circuits.get(low, {}).get("topology") != "tree" for low in lower)
