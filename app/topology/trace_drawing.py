"""A trace as pictures: a schematic (SVG) and GeoJSON for maps. Every text that comes from records is escaped."""
import json
from collections.abc import Sequence
from html import escape

from app.topology.continuity import children
from app.topology.trace_answer import Trace, TraceHop
from app.topology.trace_text import joined, plain_hop, say_finding

COLUMN, ROW, LEFT, TOP, SIZE = 150, 74, 24, 40, 7
STYLE = (
    "text{font:12px sans-serif;fill:#1d2733}.small{font-size:10px;fill:#56616e}.line{stroke:#2f6fb2;stroke-width:2;fill:none}"
    ".copper{stroke:#b06a2c}.joint{stroke:#9aa5b1;stroke-width:1.5;fill:none}.end{fill:#fff;stroke:#1d2733;stroke-width:1.5}"
    ".start{stroke:#d0463b;stroke-width:3}.break{fill:#d0463b}.doubt{fill:#e0a526}"
)


def svg_of(trace: Trace, language: str) -> str:
    """The schematic: one column for each hop of a branch, one row for each branch; groups carry ``data-hop`` with the hop's number."""
    spots = _spots(trace)
    wide = LEFT * 2 + COLUMN * (max(column for column, _ in spots.values()) + 1)
    high = TOP * 2 + ROW * (max(row for _, row in spots.values()) + 1)
    worst: dict[int, str] = {}
    for finding in sorted(trace.findings, key=lambda one: one.severity, reverse=True):
        if finding.hop:
            worst[finding.hop] = finding.severity
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img">',
        f"<title>{escape(trace.hop(trace.start).code)}</title><style>{STYLE}</style>",
    ]
    parts += [_link(hop, spots) for hop in trace.hops if hop.parent]
    parts += [_group(hop, trace, spots[hop.no], worst.get(hop.no), language) for hop in trace.hops]
    return "".join([*parts, "</svg>"])


def geojson_of(traces: Sequence[Trace], language: str) -> dict:
    """Strands and pairs as lines, ports and closures as points; ``hop`` ties each feature to its hop. Lon and lat, EPSG:4490."""
    features = []
    for number, trace in enumerate(traces, start=1):
        messages = {}
        for finding in trace.findings:
            messages.setdefault(finding.hop, []).append(say_finding(finding, language))
        features += [_feature(hop, number, messages.get(hop.no, [])) for hop in trace.hops]
    return {"type": "FeatureCollection", "features": features}


def _feature(hop: TraceHop, number: int, messages: list[str]) -> dict:
    if hop.line:
        geometry = json.loads(hop.line)
    elif hop.far_place:
        geometry = {"type": "LineString", "coordinates": [[hop.place.lon, hop.place.lat], [hop.far_place.lon, hop.far_place.lat]]}
    else:
        geometry = {"type": "Point", "coordinates": [hop.place.lon, hop.place.lat]}
    told = plain_hop(hop)
    named = ("parent", "kind", "id", "code", "role", "owner", "life", "use", "health", "totals")
    properties = {"trace": number, "hop": hop.no, **{name: told[name] for name in named}, "findings": messages}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _spots(trace: Trace) -> dict[int, tuple[int, int]]:
    """Column and row of each hop: a branch takes a row of its own from where it parts."""
    behind, spots, rows = children(trace.hops), {}, 0
    for hop in trace.hops:
        if hop.parent is None:
            spots[hop.no] = (0, 0)
            continue
        column, row = spots[hop.parent]
        if behind[hop.parent][0] is not hop:
            rows += 1
            row = rows
        spots[hop.no] = (column + 1, row)
    return spots


def _at(spot: tuple[int, int]) -> tuple[int, int]:
    return LEFT + COLUMN * spot[0], TOP + ROW * spot[1]


def _link(hop: TraceHop, spots: dict[int, tuple[int, int]]) -> str:
    (x1, y1), (x2, y2) = _at(spots[hop.parent]), _at(spots[hop.no])
    x1 = max(x1, x2 - COLUMN) + SIZE
    way = f"M{x1},{y1}H{x2 - SIZE}" if y1 == y2 else f"M{x1},{y1}H{x1 + 12}V{y2}H{x2 - SIZE}"
    return f'<path class="joint" data-link="{hop.no}" d="{way}"/>'


def _group(hop: TraceHop, trace: Trace, spot: tuple[int, int], severity: str | None, language: str) -> str:
    x, y = _at(spot)
    start = " start" if hop.no == trace.start else ""
    if hop.metres is not None:
        kind = " copper" if hop.role == "copper" else ""
        shape = f'<path class="line{kind}{start}" d="M{x - SIZE},{y}H{x + COLUMN - 30}"/>'
    elif hop.role.startswith("split"):
        shape = f'<path class="end{start}" d="M{x - SIZE},{y}L{x + SIZE},{y - SIZE}V{y + SIZE}Z"/>'
    else:
        shape = f'<rect class="end{start}" x="{x - SIZE}" y="{y - SIZE}" width="{2 * SIZE}" height="{2 * SIZE}"/>'
    mark = f'<circle class="{severity}" cx="{x}" cy="{y - 16}" r="4"/>' if severity else ""
    under = " ".join(filter(None, (joined(hop, language), f"{hop.metres:.0f} m" if hop.metres else None)))
    return (
        f'<g data-hop="{hop.no}" tabindex="0"><title>{escape(hop.code)}</title>{shape}{mark}'
        f'<text x="{x - SIZE}" y="{y + 20}">{escape(_short(hop.code))}</text>'
        f'<text class="small" x="{x - SIZE}" y="{y + 33}">{escape(_short(under, 26))}</text></g>'
    )


def _short(text: str, most: int = 22) -> str:
    return text if len(text) <= most else f"…{text[1 - most:]}"
