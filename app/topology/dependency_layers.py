"""What stands on what: services down to the ground, a hole, a strand or equipment up to the customers. Set joins, each thing once."""
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.errors import InputError
from app.network.queries.codes import full_codes
from app.topology.impact_rows import ELEMENT_KINDS, expand_failed
from app.topology.statements import query

# From the service down to the ground; the other way round it is read upwards.
LAYERS = (
    "customer", "service", "number", "vlan", "ip_prefix", "circuit", "port", "card", "equipment", "rack", "conductor", "segment", "cable",
    "duct", "section", "structure",
)  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """The things of one kind, by (id, full code), in the order of their codes."""

    kind: str
    things: tuple[tuple[int, str], ...]


def list_below(session: Session, region_id: int, services: Collection[int] = (), circuits: Collection[int] = ()) -> list[Layer]:
    """What services and circuits stand on, the nearest layer first. One statement, and one for the codes of each kind."""
    given = {"region_id": region_id, "services": list(services), "circuits": list(circuits)}
    return _layers(session, region_id, session.execute(query("dependency_below"), given), LAYERS)


def list_above(session: Session, region_id: int, kind: str, key: int) -> list[Layer]:
    """The circuits, services and customers that stand on one thing, the nearest layer first. Two statements, and one for each kind.

    A circuit that would hold on another path stands on the thing too: this tells who uses it, not who falls with it.

    Raises
    ------
    InputError
        ``NOT_CARRYING`` for a kind of thing on which nobody stands.
    """
    if kind not in ELEMENT_KINDS and kind != "circuit":
        raise InputError(
            "NOT_CARRYING", f"nobody stands on a {kind}", found=kind, expected=", ".join((*ELEMENT_KINDS, "circuit")),
            next_step="name a strand, a hole, a section, equipment or a circuit",
        )  # fmt: skip
    given = {"region_id": region_id, "conductors": [], "ports": [], "equipment": [], "circuits": []}
    if kind == "circuit":
        given["circuits"] = [key]
    else:
        found = expand_failed(session, region_id, [(kind, key)])
        given |= {"conductors": list(found.conductor), "ports": list(found.port), "equipment": list(found.equipment)}
    layers = _layers(session, region_id, session.execute(query("dependency_above"), given), LAYERS[::-1])
    own = (kind, key)
    kept = [Layer(layer.kind, tuple(one for one in layer.things if (layer.kind, one[0]) != own)) for layer in layers]
    return [layer for layer in kept if layer.things]


def _layers(session: Session, region_id: int, rows, order: tuple[str, ...]) -> list[Layer]:
    things = [(kind, key) for kind, key in rows]
    codes = full_codes(session, region_id, things)
    found = defaultdict(list)
    for kind, key in things:
        found[kind].append((key, codes.get((kind, key), str(key))))
    return [Layer(kind, tuple(sorted(found[kind], key=lambda one: (one[1], one[0])))) for kind in order if found[kind]]
