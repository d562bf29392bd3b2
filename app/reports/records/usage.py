"""Who uses a thing: circuits by their carriers, the circuits that ride them, services and customers. One statement for each kind."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.reports.records.statements import statement
from app.topology.statements import above_circuit

NOTHING = "SELECT CAST(NULL AS bigint) AS id WHERE false"
_RUN = "SELECT DISTINCT r.segment_id AS id FROM cable_run AS r WHERE r.region_id = :region_id AND r.section_id {}"
_MEETING = "IN (SELECT s.id FROM section AS s WHERE s.region_id = :region_id AND s.{}_structure_id = :id)"
_ENDING = "SELECT c.id FROM cable_segment AS c WHERE c.region_id = :region_id AND c.{end}_structure_id = :id"

# Segments whose conductors count.
SEGMENTS = {
    "segment": "SELECT CAST(:id AS bigint) AS id",
    "cable": "SELECT c.id FROM cable_segment AS c WHERE c.region_id = :region_id AND c.cable_id = :id",
    "section": _RUN.format("= :id"),
    "duct": (
        "SELECT DISTINCT r.segment_id AS id FROM duct AS d JOIN cable_run AS r ON r.region_id = :region_id AND r.section_id = d.section_id"
        " JOIN duct AS x ON x.region_id = :region_id AND x.id = r.duct_id AND (x.id = :id OR x.parent_id = :id)"
        " WHERE d.region_id = :region_id AND d.id = :id"
    ),
    "structure": (
        f"{_ENDING.format(end='a')} UNION {_ENDING.format(end='z')}"
        f" UNION {_RUN.format(_MEETING.format('a'))} UNION {_RUN.format(_MEETING.format('z'))}"
    ),
}
# Equipment whose ports count, with all that it feeds.
EQUIPMENT = {
    "equipment": "SELECT CAST(:id AS bigint) AS id",
    "rack": "SELECT e.id FROM equipment AS e WHERE e.region_id = :region_id AND e.rack_id = :id",
    "room": (
        "SELECT e.id FROM rack AS a JOIN equipment AS e ON e.region_id = :region_id AND e.rack_id = a.id"
        " WHERE a.region_id = :region_id AND a.room_id = :id"
    ),
    "site": (
        "SELECT e.id FROM room AS o JOIN rack AS a ON a.region_id = :region_id AND a.room_id = o.id"
        " JOIN equipment AS e ON e.region_id = :region_id AND e.rack_id = a.id WHERE o.region_id = :region_id AND o.site_id = :id"
    ),
    "structure": "SELECT e.id FROM equipment AS e WHERE e.region_id = :region_id AND e.structure_id = :id",
    "switch_office": "SELECT t.equipment_id AS id FROM switch_office AS t WHERE t.region_id = :region_id AND t.id = :id",
}
PORTS = {
    "port": "SELECT CAST(:id AS bigint) AS id",
    "card": (
        "SELECT p.id FROM card AS t JOIN port AS p ON p.region_id = :region_id AND p.equipment_id = t.equipment_id AND p.card_id = t.id"
        " WHERE t.region_id = :region_id AND t.id = :id"
    ),
}
_CARRIED = (
    "SELECT l.circuit_id AS id FROM {of} AS m CROSS JOIN LATERAL (SELECT c.circuit_id FROM circuit_carrier AS c"
    " WHERE c.region_id = :region_id AND c.{column} = m.id OFFSET 0) AS l"
)
_ENDED = (
    "SELECT l.id FROM ports AS m CROSS JOIN LATERAL (SELECT x.id FROM circuit AS x"
    " WHERE x.region_id = :region_id AND x.{end}_port_id = m.id OFFSET 0) AS l"
)
_OF_PORTS = " UNION ".join([_CARRIED.format(of="ports", column="port_id"), _ENDED.format(end="a"), _ENDED.format(end="z")])
_OF_CONDUCTORS = _CARRIED.format(of="conductors", column="conductor_id")
_CONDUCTORS = (
    "conductors AS (SELECT l.id FROM ({segments}) AS w CROSS JOIN LATERAL"
    " (SELECT n.id FROM conductor AS n WHERE n.region_id = :region_id AND n.segment_id = w.id OFFSET 0) AS l), "
)
_FED = (
    "fed AS ({equipment} UNION SELECT load.id FROM fed AS f CROSS JOIN LATERAL (SELECT p.load_equipment_id, p.load_rack_id"
    " FROM power_feed AS p WHERE p.region_id = :region_id AND p.source_equipment_id = f.id OFFSET 0) AS w"
    " CROSS JOIN LATERAL (SELECT w.load_equipment_id AS id WHERE w.load_equipment_id IS NOT NULL"
    " UNION ALL SELECT e.id FROM equipment AS e WHERE e.region_id = :region_id AND e.rack_id = w.load_rack_id) AS load), "
    "ports AS (SELECT l.id FROM fed CROSS JOIN LATERAL"
    " (SELECT p.id FROM port AS p WHERE p.region_id = :region_id AND p.equipment_id = fed.id OFFSET 0) AS l), "
)
_BY_VLAN = (
    "SELECT l.service_id FROM fed CROSS JOIN LATERAL (SELECT v.id FROM vlan AS v"
    " WHERE v.region_id = :region_id AND v.gateway_equipment_id = fed.id OFFSET 0) AS v"
    " CROSS JOIN LATERAL (SELECT r.service_id FROM service_resource AS r"
    " WHERE r.region_id = :region_id AND r.vlan_id = v.id AND r.ended_on IS NULL OFFSET 0) AS l"
)
_BY_NUMBER = (
    "SELECT r.service_id FROM number_block AS b JOIN number AS n ON n.region_id = :region_id AND n.block_id = b.id"
    " JOIN service_resource AS r ON r.region_id = :region_id AND r.number_id = n.id AND r.ended_on IS NULL"
    " WHERE b.region_id = :region_id AND {block}"
)
_LIVE = (
    "JOIN service AS s ON s.region_id = :region_id AND s.address_id = a.id AND s.state IN ('active', 'suspended')"
    " WHERE a.region_id = :region_id"
)
# Services by where their customers live, whatever carries them; of grids communities alone, since a county's are too many for one page.
_ADDRESSED = "SELECT s.id FROM address AS a {live} AND a.{which}"
AT_ADDRESS = {
    "address": _ADDRESSED.format(live=_LIVE, which="id = :id"),
    "building": _ADDRESSED.format(live=_LIVE, which="building_id = :id"),
    "grid": _ADDRESSED.format(
        live=_LIVE, which="building_id IN (SELECT b.id FROM building AS b WHERE b.region_id = :region_id AND b.grid_id = :id)"
    ),
}
_RING = "SELECT m.circuit_id AS id FROM ring_member AS m WHERE m.region_id = :region_id AND m.ring_id = :id"


def _parts(kind: str) -> dict[str, str] | None:
    """The sets, circuits and services of the statement for a kind; None where nobody uses such a thing."""
    if kind == "circuit":
        return {"sets": "", "circuits": "SELECT CAST(:id AS bigint) AS id", "services": NOTHING}
    if kind == "ring":
        return {"sets": "", "circuits": _RING, "services": NOTHING}
    if kind == "number_block":
        return {"sets": "", "circuits": NOTHING, "services": _BY_NUMBER.format(block="b.id = :id")}
    if kind in AT_ADDRESS:
        return {"sets": "", "circuits": NOTHING, "services": AT_ADDRESS[kind]}
    if kind in ("conductor", "port", "card"):
        own = "conductors AS (SELECT CAST(:id AS bigint) AS id), " if kind == "conductor" else f"ports AS ({PORTS[kind]}), "
        return {"sets": own, "circuits": _OF_CONDUCTORS if kind == "conductor" else _OF_PORTS, "services": NOTHING}
    segments, equipment = SEGMENTS.get(kind), EQUIPMENT.get(kind)
    if not (segments or equipment):
        return None
    sets = (_CONDUCTORS.format(segments=segments) if segments else "") + (_FED.format(equipment=equipment) if equipment else "")
    circuits = " UNION ".join([_OF_CONDUCTORS] * bool(segments) + [_OF_PORTS] * bool(equipment))
    services = _BY_VLAN if equipment else NOTHING
    if kind == "switch_office":
        services += f" UNION {_BY_NUMBER.format(block='b.office_id = :id')}"
    return {"sets": sets, "circuits": circuits, "services": services}


@dataclass
class Usage:
    """Counts by kind of circuit, product and segment of customers, as (value, count); and a page of services and of circuits."""

    by_kind: list[tuple[str, int]] = field(default_factory=list)
    by_product: list[tuple[str, int]] = field(default_factory=list)
    by_segment: list[tuple[str, int]] = field(default_factory=list)
    services: list[dict] = field(default_factory=list)
    circuits: list[dict] = field(default_factory=list)

    @property
    def service_count(self) -> int:
        return sum(count for _, count in self.by_product)

    @property
    def circuit_count(self) -> int:
        return sum(count for _, count in self.by_kind)

    @property
    def customer_count(self) -> int:
        return sum(count for _, count in self.by_segment)


def find_usage(session: Session, region_id: int, kind: str, key: int, pages: tuple[int, int, int]) -> Usage | None:
    """Who uses the thing; None for kinds that nobody uses.

    Parameters
    ----------
    pages
        List services after this key, circuits after this key, so many of each.
    """
    parts = _parts(kind)
    if parts is None:
        return None
    given = {"region_id": region_id, "id": key, "after_service": pages[0], "after_circuit": pages[1], "limit": pages[2]}
    found = Usage()
    lists = {"service": found.services, "circuit": found.circuits}
    for part, content in session.execute(statement("uses", **parts, above=above_circuit("u.id")), given):
        if part in lists:
            lists[part].append(content)
        else:
            getattr(found, part).append((content["value"], content["count"]))
    if kind == "grid" and not found.by_product:
        return None
    for rows in lists.values():
        rows.sort(key=lambda row: row["id"])
    for counts in (found.by_kind, found.by_product, found.by_segment):
        counts.sort(key=lambda pair: -pair[1])
    return found
