"""FTTH designs as JSON and text."""

from collections.abc import Sequence

from app.planning.fibre.design import FibreDesign
from app.planning.price_book import price
from app.reports.tables import text_table
from app.topology.route_graph import RouteGraph


def plain_design(graph: RouteGraph, found: FibreDesign) -> dict:
    """The design as JSON: figures, bill, boxes and cables by structure and section; money in fen, lengths in m."""
    codes = graph.structure_codes
    boxes = [
        {
            "structure": codes[node], "boxes": found.boxes.boxes[node], "splitters": count,
            "lon": float(graph.lon[node]), "lat": float(graph.lat[node]),
        }
        for node, count in found.boxes.splitters.items()
    ]  # fmt: skip
    cables = [
        {"from": codes[piece.start], "to": codes[piece.end], "strands": piece.strands, "size": piece.size,
         "sections": [graph.section_codes[edge] for edge in piece.edges],
         "metres": float(sum(graph.mesh.metres[edge] for edge in piece.edges))}
        for piece in found.cables.pieces()
    ]  # fmt: skip
    return {
        "buildings": len(found.demands), "lines": found.lines, "office": codes[found.root], "cabinet": codes[found.cables.cabinet],
        "first_split": found.first_split, "first_level": found.first_level,
        "second_level": sum(found.boxes.splitters.values()), "fen": found.fen,
        "bill": [{"item": row.item, "count": row.count, "unit": row.unit, "fen": row.fen} for row in found.bill],
        "worst_m": found.worst_m, "worst_db": found.worst_db, "most_db": found.most_db, "faults": list(found.faults),
        "boxes_gap": found.boxes.gap_ratio, "tree_gap": found.tree.gap_ratio, "tree_proved": found.tree.is_proved, "seconds": found.seconds,
        "unreached": [one.code for one in found.unreached], "boxes": boxes, "cables": cables,
    }  # fmt: skip


def plain_designs(graph: RouteGraph, found: Sequence[FibreDesign]) -> dict:
    """All areas as JSON, with the sums, the worst loss, and the gaps weighed by cost."""
    areas = [plain_design(graph, one) for one in found]
    fen = sum(area["fen"] for area in areas)
    gaps = {name: sum(area[name] * area["fen"] for area in areas) / fen if fen else 0.0 for name in ("boxes_gap", "tree_gap")}
    sums = {name: sum(area[name] for area in areas) for name in ("buildings", "lines", "first_level", "second_level", "fen", "seconds")}
    faults = sorted({fault for area in areas for fault in area["faults"]})
    return {**sums, **gaps, "worst_db": max(area["worst_db"] for area in areas), "faults": faults, "areas": areas}


def designs_text(graph: RouteGraph, found: Sequence[FibreDesign]) -> str:
    """All areas for a terminal."""
    whole = plain_designs(graph, found)
    parts = [design_text(graph, one) for one in found]
    if lost := [code for area in whole["areas"] for code in area["unreached"]]:
        parts.append(f"{len(lost)} buildings have no place for a box within reach: {', '.join(lost[:10])}")
    if len(found) > 1:
        parts.append(f"{len(found)} areas, {whole['lines']} lines, {whole['fen'] / 1_000_000:.2f} 万元; worst {whole['worst_db']:.2f} dB")
    return "\n\n".join(parts)


def design_text(graph: RouteGraph, found: FibreDesign) -> str:
    """The design for a terminal."""
    told = plain_design(graph, found)
    lines = [
        f"{told['lines']} lines of {told['buildings']} buildings: {told['second_level']} splitters 1:8 in {len(told['boxes'])} places, "
        f"{told['first_level']} splitters 1:{told['first_split']} in a cabinet at {told['cabinet']}, from the office at {told['office']}",
        f"Farthest customer {told['worst_m']:.0f} m, {told['worst_db']:.2f} dB of {told['most_db']:g}{_faults(told['faults'])}",
        f"Boxes at most {100 * told['boxes_gap']:.2f} % above the best, the tree {100 * told['tree_gap']:.2f} %; {told['seconds']:.1f} s",
        text_table(["item", "name", "count", "unit", "万元"], _bill(told["bill"])),
        f"Together {told['fen'] / 1_000_000:.2f} 万元",
    ]
    return "\n".join(lines)


def _bill(rows: Sequence[dict]) -> list[list]:
    return [[row["item"], price(row["item"]).name_en, round(row["count"], 1), row["unit"], row["fen"] / 1_000_000] for row in rows]


def _faults(faults: Sequence[str]) -> str:
    words = {"loss": "too much loss", "overload": "overload"}
    return f": {', '.join(words[fault] for fault in faults)}" if faults else ""
