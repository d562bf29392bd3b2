"""The whole line of a service (端到端): customer, address, access port, strands or pairs, splitter, office port, rack, power."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from app.network.dictionary import word_label
from app.network.rules.terminations import FRONT, port_end
from app.reports.records.statements import statement
from app.reports.records.tables import Table
from app.reports.records.values import EMPTY, Cell, Reader, head_label, kind_word, show, tell, title
from app.topology.joined import list_starts, list_ways

SERVICES_MAX = 20
# The longest way of one service; a way to the office has no branches.
HOPS_MAX = 60
ROWS_MAX = 40
DEPTH_MAX = 4


@dataclass(frozen=True)
class Step:
    """One box of the line; ``joint`` is how it is joined to the one before, ``role`` picks its sign."""

    what: str
    thing: Cell
    role: str
    note: str = ""
    joint: str = ""


@dataclass
class Line:
    """The steps of one service from the customer to the office; a second list is the way that protects the first."""

    service: Cell
    paths: list[list[Step]] = field(default_factory=list)
    office_equipment: set[int] = field(default_factory=set)
    segments: dict[int, tuple[str, str]] = field(default_factory=dict)
    conductors: list[dict] = field(default_factory=list)
    power: list[list[Step]] = field(default_factory=list)


def list_lines(session: Session, region_id: int, services: list[int], reader: Reader) -> tuple[list[Line], list[Table]]:
    """The line of each service, and what lies under all of them: strands, ducts, office equipment, power. At most eight statements."""
    if not services:
        return [], []
    heads = list(session.execute(statement("line_heads"), {"region_id": region_id, "ids": services[:SERVICES_MAX]}).mappings())
    ways = find_ways(session, region_id, heads)
    without = [head["circuit_id"] for head in heads if head["circuit_id"] is not None and head["service_id"] not in ways]
    carriers = read_carriers(session, region_id, without)
    lines = [make_line(head, ways.get(head["service_id"], []), carriers, reader) for head in heads]
    lead_on(session, region_id, lines, reader)
    power = read_power(session, region_id, lines)
    for line in lines:
        line.power = power_steps(line, power, reader)
    return lines, list_under(session, region_id, lines, power, reader)


def find_ways(session: Session, region_id: int, heads: list) -> dict[int, list[dict]]:
    """For each service the hops from its access port to the office, where joints lead there."""
    ports = {head["z_port_id"]: head["service_id"] for head in heads if head["z_port_id"] is not None and head["circuit_kind"] == "access"}
    starts = list_starts(session, region_id, list(ports))
    found = list_ways(session, region_id, [key for keys in starts.values() for key in keys], HOPS_MAX)
    ways = {}
    for port, keys in starts.items():
        best = max((found.get(key, []) for key in keys), key=lambda hops: (bool(hops) and hops[-1]["role"] == "plain", len(hops)))
        if best:
            ways[ports[port]] = best
    return ways


def lead_on(session: Session, region_id: int, lines: list[Line], reader: Reader) -> None:
    """Lengthen the lines that end outdoors, at a switch in a building or in a street cabinet, by the uplinks that lead to an office."""
    ends = sorted(set().union(*(line.office_equipment for line in lines)))
    uplinks: dict[int, list] = {}
    for row in session.execute(statement("uplinks_above"), {"region_id": region_id, "ids": ends}).mappings() if ends else ():
        uplinks.setdefault(row["start_id"], []).append(row)
    starts = {row["a_port_id"]: port_end(row["a_port_id"], FRONT) for rows in uplinks.values() for row in rows}
    ways = list_ways(session, region_id, list(starts.values()), HOPS_MAX)
    for line in lines:
        for row in [row for end in sorted(line.office_equipment) for row in uplinks.get(end, ())]:
            hops = ways.get(starts[row["a_port_id"]], [])
            line.paths[0] += [uplink_step(row, reader), end_step(row, "a", "ports", reader), *(thing_step(hop, reader) for hop in hops)]
            if not hops and row["z_port_id"] is not None:
                line.paths[0].append(end_step(row, "z", "office_port", reader))
            note_things(line, hops)
            line.office_equipment |= {hops[-1]["equipment_id"] if hops else row["z_equipment_id"]} - {None}


def uplink_step(row, reader: Reader) -> Step:
    """The circuit over which equipment leads on."""
    rate = "" if row["rate_mbit"] is None else f"{show(row['rate_mbit'], reader)} Mbit/s"
    what = word_label("circuit_kind", "uplink", reader.language)
    return Step(what, Cell(row["circuit_code"], "circuit", row["circuit_id"]), "circuit", rate)


def read_carriers(session: Session, region_id: int, circuits: list[int]) -> dict[int, list[dict]]:
    """The carriers of circuits in order."""
    found: dict[int, list[dict]] = {}
    if circuits:
        for row in session.execute(statement("line_carriers"), {"region_id": region_id, "ids": circuits}).mappings():
            found.setdefault(row["circuit_id"], []).append(dict(row))
    return found


def expand(rows: list[dict], carriers: dict[int, list[dict]], at: int | None, depth: int = 0) -> list[dict]:
    """Each channel followed by what carries the circuit that it is a channel of; by its working path.

    Parameters
    ----------
    at
        Key of the equipment at which the rows begin: a circuit that begins at its other end is told backwards.
    """
    found = []
    for row in rows:
        found.append(row)
        lower = [one for one in carriers.get(row["thing_id"], []) if one["path_no"] == 1] if row["thing_kind"] == "circuit" else []
        if lower and depth < DEPTH_MAX:
            if lower[0]["equipment_id"] != at:
                lower.reverse()
            found += expand(lower, carriers, at, depth + 1)
            at = found[-1]["equipment_id"]
    return found


def make_line(head, hops: list[dict], carriers: dict[int, list[dict]], reader: Reader) -> Line:
    """One line from its customer to the office."""
    line = Line(Cell(head["service_code"], "service", head["service_id"]))
    start = customer_steps(head, reader)
    if head["circuit_id"] is None:
        line.paths = [start]
        return line
    if head["z_port_id"] is not None:
        start.append(end_step(head, "z", "access_port", reader))
    own = carriers.get(head["circuit_id"], [])
    things = [hops] if hops else [[row for row in own if row["path_no"] == no] for no in sorted({row["path_no"] for row in own})] or [[]]
    ends = {("port", head["z_port_id"]), ("port", head["a_port_id"])} if not hops else set()
    for rows in things:
        # Carriers are told from A to Z, and the line begins at the customer, at Z.
        ordered = rows if hops else expand(rows[::-1], carriers, head["z_equipment_id"])
        kept = [row for row in ordered if (row["thing_kind"], row["thing_id"]) not in ends]
        steps = [thing_step(row, reader) for row in kept]
        # A line of one port alone ends at the port where the drop leaves.
        name = "office_port" if head["z_port_id"] is not None else "access_port"
        closing = [] if hops or head["a_port_id"] is None else [end_step(head, "a", name, reader)]
        line.paths.append([*(start if rows is things[0] else start[-1:]), *steps, *closing])
        note_things(line, kept)
    note_office(line, head, hops)
    return line


def customer_steps(head, reader: Reader) -> list[Step]:
    """The customer, and the address where there is one."""
    segment = word_label("segment", head["segment"], reader.language)
    name = tell("customer", "name", head["name"], reader).text
    steps = [
        Step(
            word_label("kind", "customer", reader.language),
            Cell(head["customer_code"], "customer", head["customer_id"]),
            "customer",
            f"{segment} {name}".strip(),
        )
    ]
    if head["address_id"] is not None:
        steps.append(
            Step(title("address", reader), Cell(head["address_code"], "address", head["address_id"]), "address", head["address_name"] or "")
        )
    return steps


def end_step(head, end: str, name: str, reader: Reader) -> Step:
    """The port at an end of the circuit."""
    note = word_label("equipment_kind", head[f"{end}_model_kind"], reader.language)
    return Step(title(name, reader), Cell(head[f"{end}_code"], "port", head[f"{end}_port_id"]), "port", note)


def thing_step(row: dict, reader: Reader) -> Step:
    """A strand, pair, port or channel on the way."""
    joint = word_label("joint_kind", row.get("joint_kind"), reader.language)
    if row.get("loss_db") is not None:
        joint += f" {show(round(row['loss_db'], 2), reader)} dB"
    thing = Cell(row["thing_code"] or "", row["thing_kind"], row["thing_id"])
    if row["thing_kind"] == "conductor":
        return Step(kind_word("conductor", row, reader), thing, row["medium"], f"{show(round(row['sheath_m'], 1), reader)} m", joint)
    if row["thing_kind"] == "circuit":
        note = f"{head_label('circuit_carrier', 'channel_no', reader)} {row['channel_no']}"
        return Step(word_label("circuit_kind", row["circuit_kind"], reader.language), thing, "circuit", note, joint)
    role = "splitter" if row["role"] in ("split_in", "split_out") else "port"
    what = title("office_port", reader) if row["role"] == "plain" else word_label("role", row["role"], reader.language)
    return Step(what, thing, role, word_label("equipment_kind", row["model_kind"], reader.language), joint)


def note_things(line: Line, rows: list[dict]) -> None:
    """Keep the strands or pairs that the line uses, and their segments."""
    for row in rows:
        if row["thing_kind"] == "conductor":
            line.conductors.append(row)
            line.segments[row["segment_id"]] = (row["thing_code"].rsplit(":", 1)[0], row["medium"])


def note_office(line: Line, head, hops: list[dict]) -> None:
    """Keep the equipment at the office end."""
    if hops and hops[-1]["role"] == "plain":
        line.office_equipment.add(hops[-1]["equipment_id"])
    line.office_equipment |= {head[f"{end}_equipment_id"] for end in ("a", "z") if head[f"{end}_role"] == "plain"}


def read_power(session: Session, region_id: int, lines: list[Line]) -> list[dict]:
    """The office equipment with its racks (depth 0), and the feeds above it, nearest first."""
    office = sorted(set().union(*(line.office_equipment for line in lines)))
    if not office:
        return []
    return [dict(row) for row in session.execute(statement("power_under"), {"region_id": region_id, "ids": office}).mappings()]


def power_steps(line: Line, power: list[dict], reader: Reader) -> list[list[Step]]:
    """Office equipment and rack, then the sources level by level."""
    office = [row for row in power if row["depth"] == 0 and row["source_id"] in line.office_equipment]
    reached = {("equipment", row["source_id"]) for row in office} | {("rack", row["load_id"]) for row in office}
    first = []
    for row in office:
        first.append(
            Step(
                word_label("equipment_kind", row["model_kind"], reader.language),
                Cell(row["source_code"], "equipment", row["source_id"]),
                "equipment",
            )
        )
        if row["load_id"] is not None:
            first.append(Step(title("rack", reader), Cell(row["load_code"], "rack", row["load_id"]), "rack"))
    levels: dict[int, dict[int, Step]] = {}
    for row in power:
        if row["depth"] and (row["load_kind"], row["load_id"]) in reached:
            reached.add(("equipment", row["source_id"]))
            what = word_label("equipment_kind", row["model_kind"], reader.language)
            step = Step(
                what, Cell(row["source_code"], "equipment", row["source_id"]), "power", word_label("side", row["side"], reader.language)
            )
            levels.setdefault(row["depth"], {}).setdefault(row["source_id"], step)
    return [steps for steps in [first, *(list(levels[depth].values()) for depth in sorted(levels))] if steps]


def list_under(session: Session, region_id: int, lines: list[Line], power: list[dict], reader: Reader) -> list[Table]:
    """Tables of what lies under the lines: strands and pairs, ducts, office equipment with racks, the power chain."""
    tables = [strand_table(lines, reader)]
    segments = sorted(set().union(*(line.segments for line in lines)))
    if segments:
        rows = list(session.execute(statement("ducts_under"), {"region_id": region_id, "ids": segments}).mappings())
        tables.append(duct_table(rows, reader))
    tables += [office_table(power, reader), power_table(power, reader)]
    return [shorten(table) if len(lines) > 1 else table for table in tables if table.rows]


def shorten(table: Table) -> Table:
    """The first rows: of many services together; each service's own page has all of its own."""
    return replace(table, rows=table.rows[:ROWS_MAX])


def strand_table(lines: list[Line], reader: Reader) -> Table:
    """Each strand or pair with its segment, length and service."""
    headers = [title("thing", reader), word_label("kind", "segment", reader.language), title("length", reader), title("service", reader)]
    rows = [
        [
            Cell(row["thing_code"], "conductor", row["thing_id"]),
            Cell(line.segments[row["segment_id"]][0], "segment", row["segment_id"]),
            Cell(show(round(row["sheath_m"], 1), reader), is_number=True),
            line.service,
        ]
        for line in lines
        for row in line.conductors
    ]
    return Table("strands_under", title("strands_under", reader), headers, rows, len(rows))


def duct_table(found: list, reader: Reader) -> Table:
    """Each section with the duct taken and the segment in it."""
    headers = [
        word_label("kind", "section", reader.language),
        head_label("section", "kind", reader),
        title("length", reader),
        word_label("kind", "duct", reader.language),
        word_label("kind", "segment", reader.language),
    ]
    rows = [
        [
            Cell(row["section_code"], "section", row["section_id"]),
            tell("section", "kind", row["section_kind"], reader),
            Cell(show(round(row["length_m"], 1), reader), is_number=True),
            Cell(row["duct_code"], "duct", row["duct_id"]) if row["duct_id"] else EMPTY,
            Cell(row["segment_code"], "segment", row["segment_id"]),
        ]
        for row in found
    ]
    return Table("ducts_under", title("ducts_under", reader), headers, rows, found[0]["total"] if found else 0)


def office_table(power: list[dict], reader: Reader) -> Table:
    """The equipment at the office end and its racks."""
    headers = [word_label("kind", "equipment", reader.language), head_label("equipment_model", "kind", reader), title("rack", reader)]
    rows = [
        [
            Cell(row["source_code"], "equipment", row["source_id"]),
            tell("equipment_model", "kind", row["model_kind"], reader),
            Cell(row["load_code"], "rack", row["load_id"]) if row["load_id"] else EMPTY,
        ]
        for row in power
        if row["depth"] == 0
    ]
    return Table("office_under", title("office_under", reader), headers, rows, len(rows))


def power_table(power: list[dict], reader: Reader) -> Table:
    """Who feeds whom, from the racks upwards."""
    names = ("side", "outlet_no", "breaker_a", "load_a")
    headers = [
        title("depth", reader),
        title("source", reader),
        head_label("equipment_model", "kind", reader),
        title("load", reader),
        *(head_label("power_feed", name, reader) for name in names),
    ]
    rows = [
        [
            Cell(str(row["depth"]), is_number=True),
            Cell(row["source_code"], "equipment", row["source_id"]),
            tell("equipment_model", "kind", row["model_kind"], reader),
            Cell(row["load_code"], row["load_kind"], row["load_id"]),
            *(tell("power_feed", name, row[name], reader) for name in names),
        ]
        for row in power
        if row["depth"]
    ]
    return Table("power_chain", title("power_chain", reader), headers, rows, len(rows))
