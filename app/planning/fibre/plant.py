"""A design as plant: the rows of survey layers that it becomes, planned, and the project to which they then belong."""

import csv
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import RuleError
from app.network.statements import statement
from app.planning.fibre.boxes import MOST_SPLITTERS
from app.planning.fibre.cables import Piece
from app.planning.fibre.design import CABINETS, COIL_M, FibreDesign, new_places, sheath_m
from app.planning.roads import NEW as NEW_KIND
from app.planning.roads import RoadGraph
from app.survey.headers import template_columns
from app.topology.route_graph import LIMITS, RouteGraph

SQL = Path(__file__).parent.parent / "sql"
PLANNED = "planned"
# Said of a hole that is dug for its cable.
NEW = "new"
_CLOSURES = (24, 48, 96, 144, 288)


@dataclass
class Plant:
    """Rows by layer, and the ducts that the cables will take as (section, hole, subduct); new ones belong to their cables."""

    rows: dict[str, list[dict]] = field(default_factory=lambda: defaultdict(list))
    ducts: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, layer: str, **row) -> None:
        """Add a row of a layer."""
        self.rows[layer].append({name: value for name, value in row.items() if value is not None})


def build_plant(session: Session, region_id: int, graph: RoadGraph, designs: Sequence[FibreDesign], prefix: str) -> Plant:
    """The rows of the designs; codes begin with ``prefix``, and the number of the area where there are several. Two statements.

    Raises
    ------
    RuleError
        ``DUCTS_TAKEN`` where a section has lost its room since the design was made.
    """
    plant, pieces = Plant(), [piece for design in designs for piece in design.cables.pieces()]
    room, next_holes = _room(session, region_id, graph, pieces), _next_holes(session, region_id, graph, designs)
    _dig(plant, graph, [edge for design in designs for edge in design.dug])
    for number, design in enumerate(designs, 1):
        own = f"{prefix}-{number:02d}" if len(designs) > 1 else prefix
        codes = {piece: f"{own}.GL{no:03d}.{piece.size}F" for no, piece in enumerate(design.cables.pieces(), 1)}
        for edge in design.dug:
            plant.add("duct", section=graph.section_codes[edge], nos=next_holes[edge], life=PLANNED)
            room[edge].append((str(next_holes[edge]), NEW))
            next_holes[edge] += 1
        for piece, code in codes.items():
            _lay(plant, graph, piece, code, room)
        segments = {piece: f"{code}/S01" for piece, code in codes.items()}
        _furnish_cabinet(plant, graph, design, own, segments)
        _furnish_boxes(plant, graph, design, own, segments)
    return plant


def _room(session: Session, region_id: int, graph: RouteGraph, pieces: Sequence[Piece]) -> dict[int, list]:
    """What a cable can take in each section, by its place; an empty list for sections without ducts."""
    keys = {int(graph.mesh.edges[edge]): edge for piece in pieces for edge in piece.edges}
    found: dict[int, list] = defaultdict(list)
    for row in session.execute(text(statement("fibre_room", SQL)), {"region_id": region_id, "sections": list(keys)}):
        found[keys[row.section_id]].append((row.parent_no or row.no, row.no if row.parent_no else None))
    return found


def _next_holes(session: Session, region_id: int, graph: RouteGraph, designs: Sequence[FibreDesign]) -> dict[int, int]:
    """The number of the next hole of each section where one is dug, by its place."""
    keys = {int(graph.mesh.edges[edge]): edge for design in designs for edge in design.dug}
    rows = session.execute(text(statement("fibre_next_holes", SQL)), {"region_id": region_id, "sections": list(keys)})
    # In a section that is new the first hole is the first.
    return {**dict.fromkeys(keys.values(), 1), **{keys[row.section_id]: row.no for row in rows}}


def _dig(plant: Plant, graph: RouteGraph, edges: Sequence[int]) -> None:
    """Handholes and sections of ducts along roads, each once."""
    new = sorted({edge for edge in edges if graph.section_kinds[edge] == NEW_KIND})
    for node in sorted(new_places(graph, new)):
        plant.add("structure", code=graph.structure_codes[node], kind="handhole", life=PLANNED, lon=round(float(graph.lon[node]), 8),
                  lat=round(float(graph.lat[node]), 8))  # fmt: skip
    for edge in new:
        start, end = graph.mesh.ends[edge]
        plant.add("section", code=graph.section_codes[edge], kind="duct_section", a_structure=graph.structure_codes[start],
                  z_structure=graph.structure_codes[end], length_m=round(float(graph.mesh.metres[edge]), 2), life=PLANNED,
                  geom=graph.lines[edge - graph.first_edge])  # fmt: skip


def _lay(plant: Plant, graph: RouteGraph, piece: Piece, code: str, room: Mapping[int, list]) -> None:
    start, end = graph.structure_codes[piece.start], graph.structure_codes[piece.end]
    plant.add("cable", code=code, medium="fibre", life=PLANNED)
    plant.add("segment", cable=code, code="S01", model=f"GYTA-{piece.size}", a_structure=start, z_structure=end,
              sheath_m=round(sheath_m(graph, piece), 1), conductor_count=piece.size, life=PLANNED)  # fmt: skip
    last = len(piece.edges)
    for seq, edge in enumerate(piece.edges, 1):
        hole, subduct = None, None
        if graph.section_kinds[edge] not in LIMITS or graph.free_ducts[edge] + graph.free_subducts[edge]:
            if not room.get(edge):
                raise RuleError(
                    "DUCTS_TAKEN", "a section has no room any more", subject=graph.section_codes[edge], next_step="design again"
                )
            hole, subduct = room[edge].pop(0)
            if subduct == NEW:
                subduct = None
            else:
                plant.ducts.append((graph.section_codes[edge], hole, subduct or ""))
        coils = {"slack_before_m": COIL_M if seq == 1 else None, "slack_after_m": COIL_M if seq == last else None}
        plant.add("cable_run", segment=f"{code}/S01", seq=seq, section=graph.section_codes[edge], duct_no=hole, subduct_no=subduct, **coils)


def _equip(plant: Plant, code: str, model: str, structure: str) -> None:
    plant.add("equipment", code=code, model=model, structure=structure, life=PLANNED)


def _patch(plant: Plant, one: str, port: str, other: str, other_port: str) -> None:
    plant.add("patch", from_equipment=one, from_ports=port, to_equipment=other, to_ports=other_port)


def _port(number: int) -> str:
    """The panel port of a number from 1: A-01 to A-12, then B-01."""
    return f"{chr(ord('A') + (number - 1) // 12)}-{(number - 1) % 12 + 1:02d}"


def _furnish_cabinet(plant: Plant, graph: RouteGraph, design: FibreDesign, prefix: str, segments: Mapping[Piece, str]) -> None:
    """The cabinet with its splitters: the trunk's strands light them, their outputs go to the strands that leave, in order."""
    cables, place = design.cables, graph.structure_codes[design.cables.cabinet]
    cabinet, first = f"{prefix}/GJ001", design.first_level
    size = next(size for size in CABINETS if size >= first + sum(piece.strands for piece in cables.branches[cables.cabinet]))
    _equip(plant, cabinet, f"GJ-{size}", place)
    for no in range(1, first + 1):
        _equip(plant, _lit(cabinet, no), f"POS-1X{design.first_split}", place)
    for piece in cables.trunk:
        for no in range(1, first + 1):
            plant.add("termination", panel=cabinet, ports=_port(no), segment=segments[piece], strands=no)
            _patch(plant, cabinet, _port(no), _lit(cabinet, no), "IN-1")
    output = cables.ending.get(cables.cabinet, 0)
    for piece in cables.branches[cables.cabinet]:
        for strand in range(1, piece.strands + 1):
            port = _port(first + output - cables.ending.get(cables.cabinet, 0) + 1)
            plant.add("termination", panel=cabinet, ports=port, segment=segments[piece], strands=strand)
            _patch(plant, *_output(cabinet, output, design.first_split), cabinet, port)
            output += 1


def _lit(cabinet: str, number: int) -> str:
    return f"{cabinet}-POS{number:02d}"


def _output(cabinet: str, number: int, outputs: int) -> tuple[str, str]:
    """The first level's output of a number from 0: splitter and port."""
    return _lit(cabinet, number // outputs + 1), f"OUT-{number % outputs + 1:02d}"


def _furnish_boxes(plant: Plant, graph: RouteGraph, design: FibreDesign, prefix: str, segments: Mapping[Piece, str]) -> None:
    """Boxes with their splitters where strands end, and closures where strands go on."""
    cables = design.cables
    arriving = {piece.end: piece for piece in cables.pieces() if piece not in cables.trunk}
    box_no = closure_no = 0
    for node in [cables.cabinet, *arriving]:
        structure, splitters = graph.structure_codes[node], cables.ending.get(node, 0)
        boxes = {}
        for no in range(splitters):
            if no % MOST_SPLITTERS == 0:
                box_no += 1
                boxes[no // MOST_SPLITTERS] = f"{prefix}/GF{box_no:04d}"
                _equip(plant, boxes[no // MOST_SPLITTERS], "GF-24", structure)
            box, port = boxes[no // MOST_SPLITTERS], _port(no % MOST_SPLITTERS + 1)
            splitter = f"{box}-POS{no % MOST_SPLITTERS + 1:02d}"
            _equip(plant, splitter, "POS-1X8", structure)
            if node == cables.cabinet:
                _patch(plant, *_output(f"{prefix}/GJ001", no, design.first_split), splitter, "IN-1")
                continue
            plant.add("termination", panel=box, ports=port, segment=segments[arriving[node]], strands=no + 1)
            _patch(plant, box, port, splitter, "IN-1")
        if node != cables.cabinet and cables.branches.get(node):
            closure_no += 1
            closure = f"{prefix}/GT{closure_no:04d}"
            _equip(plant, closure, f"GT-{next(size for size in _CLOSURES if size >= arriving[node].size)}", structure)
            strand = splitters
            for piece in cables.branches[node]:
                plant.add("splice", from_segment=segments[arriving[node]], from_strands=f"{strand + 1}-{strand + piece.strands}",
                          to_segment=segments[piece], to_strands=f"1-{piece.strands}", closure=closure)  # fmt: skip
                strand += piece.strands


def write_plant(plant: Plant, folder: Path) -> list[Path]:
    """Write the rows as survey files, one a layer, CSV or for lines GeoJSON; they import as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for layer, rows in plant.rows.items():
        headers = template_columns(layer, "en")
        if "geom" in rows[0]:
            written.append(_write_lines(folder / f"{layer}s.geojson", headers, rows))
            continue
        path = folder / f"{layer}s.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(headers.values())
            writer.writerows([row.get(name, "") for name in headers] for row in rows)
        written.append(path)
    return written


def _write_lines(path: Path, headers: Mapping[str, str], rows: Sequence[Mapping]) -> Path:
    features = [
        {"type": "Feature", "properties": {header: row[name] for name, header in headers.items() if name in row},
         "geometry": {"type": "LineString", "coordinates": row["geom"].round(9).tolist()}}
        for row in rows
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), encoding="utf-8")
    return path


def give_to_project(session: Session, region_id: int, plant: Plant, project_id: int) -> None:
    """Let the imported plant belong to a project. Five statements."""
    given = {"region_id": region_id, "project": project_id}
    owners = ("structure", "section", "cable", "equipment")
    codes = {layer: [row["code"] for row in plant.rows[layer]] for layer in owners}
    for table in owners:
        sql = f"UPDATE {table} SET project_id = :project WHERE region_id = :region_id AND code = ANY(:codes)"  # noqa: S608 - names of ours
        session.execute(text(sql), {**given, "codes": codes[table]})
    sql = """UPDATE cable_segment s SET project_id = :project FROM cable c
             WHERE s.region_id = :region_id AND c.region_id = :region_id AND c.id = s.cable_id AND c.code = ANY(:codes)"""
    session.execute(text(sql), {**given, "codes": codes["cable"]})


def find_ducts(session: Session, region_id: int, plant: Plant) -> list[int]:
    """The keys of the ducts that the cables will take. One statement."""
    sections, holes, subducts = (list(part) for part in zip(*plant.ducts, strict=True)) if plant.ducts else ([], [], [])
    given = {"region_id": region_id, "sections": sections, "holes": holes, "subducts": subducts}
    return list(session.execute(text(statement("fibre_ducts", SQL)), given).scalars())
