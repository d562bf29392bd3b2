"""Leased lines: an access strand to the office, and channels of the transmission network from there."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil

import networkx

from app.operations.lines import Asked, Search, hop_of, metres_of, read_feeders, segments_of, start_line, unfit
from app.operations.rules.lines import Hop, Line, Reason
from app.services.rules.chains import Carrier, Chain

E1_MBIT = 2.048
CABINET = "fibre_cabinet"


def find_leased_lines(search: Search, asked: Asked, points: Sequence) -> list[Line]:
    """Lines from these boxes over the cabinet to an E1 port of the office, and on by channels to the region's hub."""
    by_point = {point.id: point for point in points}
    ports = search.access_ports(by_point, splits=False, line_type="")
    walks = search.walk(row.leave_key for row in ports)
    ends = {row.id: walks[row.leave_key][-1] for row in ports if walks[row.leave_key]}
    at_cabinet = [port for port in ports if port.id in ends and _is_cabinet(ends[port.id])]
    feeders = read_feeders(search, ((ends[port.id].equipment_id, walks[port.leave_key]) for port in at_cabinet))
    ups = search.walk(row.leave_key for rows in feeders.values() for row in rows)
    usable = {way: [row for row in rows if ups[row.leave_key] and ups[row.leave_key][-1].role == "panel"] for way, rows in feeders.items()}
    offices = sorted({ups[row.leave_key][-1].structure_id for rows in usable.values() for row in rows})
    heads = search.rows("office_ports", structures=offices, line_type=asked.product.line_type) if offices else []
    backbone = _Backbone(search)
    lines = []
    for port in ports:
        line = start_line(by_point[port.access_id], hops=(Hop("port", port.id, port.code, port.role, why="nearest_free"),))
        end = ends.get(port.id)
        lower = walks[port.leave_key]
        feeder = next(iter(usable.get((end.equipment_id, segments_of(lower)), ())), None) if end is not None else None
        lines.append(_line(asked, line, lower, feeder, ups, heads, backbone))
    lacking = set(by_point) - {row.access_id for row in ports}
    return lines + [start_line(by_point[key], Reason("NO_FREE_TERMINAL", {"access": by_point[key].code})) for key in sorted(lacking)]


def _is_cabinet(end) -> bool:
    return end.role == "panel" and end.model_kind == CABINET


def _line(asked: Asked, line: Line, lower: Sequence, feeder, ups: dict, heads: Sequence, backbone: "_Backbone") -> Line:
    at = lower[-1].equipment_code if lower and lower[-1].equipment_code else line.access
    if feeder is None:
        return replace(line, reasons=(Reason("NO_FEEDER", {"at": at}),))
    upper = ups[feeder.leave_key]
    office = upper[-1].structure_id
    head = next((row for row in heads if row.structure_id == office), None)
    hops = (*line.hops, *map(hop_of, lower), Hop("port", feeder.id, feeder.code, "panel", why="nearest_free"), *map(hop_of, upper))
    line = replace(line, hops=hops, plant_m=metres_of(lower) + metres_of(upper), patches=1, reasons=tuple(unfit([*lower, *upper])))
    if head is None:
        told = {"at": upper[-1].equipment_code, "type": asked.product.line_type}
        return replace(line, reasons=(*line.reasons, Reason("NO_LINE_PORT", told)))
    channels = backbone.way(head.equipment_id, ceil((asked.rate_mbit or E1_MBIT) / E1_MBIT - 1e-9))
    if channels is None:
        return replace(line, reasons=(*line.reasons, Reason("NO_CHANNEL_ROUTE", {"at": head.code, "to": backbone.hub_code})))
    top = Hop("port", head.id, head.code, "plain", why="nearest_free")
    own = [Carrier(hop.kind, hop.id) for hop in (*reversed(hops),)]
    # The converter between strand and tributary port stands at the frame: the port is not patched to the strand itself.
    chain = Chain((*channels, Carrier("port", head.id), *own), kind="trail", a_port_id=head.id, z_port_id=hops[0].id)
    return replace(line, hops=(*hops, top), chain=chain, head_id=head.equipment_id, head=head.code)


class _Backbone:
    """Sections with free channels, as a graph of equipment."""

    def __init__(self, search: Search) -> None:
        self.graph = networkx.Graph()
        for row in search.rows("free_sections"):
            known = self.graph.get_edge_data(row.a_id, row.z_id)
            if known is None or row.free > known["free"]:
                self.graph.add_edge(row.a_id, row.z_id, id=row.id, free=row.free, code=row.z_code)
                self.graph.nodes[row.a_id]["code"], self.graph.nodes[row.z_id]["code"] = row.a_code, row.z_code
        self.hub = max(self.graph.nodes, key=lambda node: (self.graph.degree(node), -node), default=None)

    @property
    def hub_code(self) -> str:
        """The equipment at which most sections meet: where leased lines are handed over."""
        return self.graph.nodes[self.hub]["code"] if self.hub is not None else "-"

    def way(self, start: int, count: int) -> tuple[Carrier, ...] | None:
        """Channels, hub first, over the fewest sections; none where the line begins at the hub; None where there is no way."""
        if self.hub is None or start not in self.graph:
            return None
        wide = networkx.subgraph_view(self.graph, filter_edge=lambda a, z: self.graph.edges[a, z]["free"] >= count)
        try:
            nodes = networkx.shortest_path(wide, self.hub, start)
        except networkx.NetworkXNoPath:
            return None
        return tuple(Carrier("channel", self.graph.edges[a, z]["id"]) for a, z in pairwise(nodes) for _ in range(count))
