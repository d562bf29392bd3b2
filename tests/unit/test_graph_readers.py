"""Networks drawn as graphs, and what may be wrong with them."""
import json

import pytest

from app.survey.findings import SourceReport
from app.survey.headers import recognise
from app.survey.readers import open_sources

NODE = '<node id="{0}"><data key="lon">{1}</data><data key="lat">{2}</data><data key="name">{3}</data></node>'
LOST = '<node id="{0}"><data key="name">{0}</data></node>'


def graphml(*parts: str) -> str:
    keys = "".join(f'<key attr.name="{name}" attr.type="string" for="node" id="{key}"/>' for key, name in
                   (("lon", "Longitude"), ("lat", "Latitude"), ("name", "label")))  # fmt: skip
    return f'<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">{keys}<graph>{"".join(parts)}</graph></graphml>'


def edge(tail, head):
    return f'<edge source="{tail}" target="{head}"/>'


@pytest.fixture
def read(tmp_path):
    """A function that gives the rows of each layer of a file with this text, and all findings."""

    def read(text, name="net.graphml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        sources = list(open_sources(path))
        findings = [finding for source in sources for finding in source.findings]
        tables = {source.sheet: [row for _, row, _ in source.rows()] for source in sources if not isinstance(source, SourceReport)}
        return tables, [finding.rule for finding in findings]

    return read


def test_nodes_and_edges_become_four_layers(read):
    tables, rules = read(graphml(NODE.format(0, 112.1, 30, "甲"), NODE.format(1, 112.2, 30, "=B"), edge(0, 1), edge(1, 0)))
    assert rules == []
    assert tables["structure"] == [("NET-001", "building", "甲", None, 112.1, 30.0), ("NET-002", "building", "=B", None, 112.2, 30.0)]
    assert tables["section"] == [("NET-S001", "trench", "NET-001", "NET-002", None), ("NET-S002", "trench", "NET-002", "NET-001", None)]
    assert [row[2:6] for row in tables["circuit"]] == [
        ("NET-001-NE", "P01", "NET-002-NE", "P01"), ("NET-002-NE", "P02", "NET-001-NE", "P02")]


def test_layers_are_known_by_their_headers(tmp_path):
    path = tmp_path / "net.graphml"
    path.write_text(graphml(NODE.format(0, 112.1, 30, "A")), encoding="utf-8")
    sources = list(open_sources(path))
    known = [recognise(list(source.headers), source.geometry).layer.id for source in sources]
    assert known == ["structure", "section", "equipment", "circuit"]


def test_lost_nodes_and_loops_are_told(read):
    tables, rules = read(graphml(NODE.format(0, 112, 30, "A"), LOST.format(1), edge(0, 1), edge(0, 0)))
    assert rules == ["NODE_UNPLACED", "EDGE_LOOP"]
    assert tables["structure"][1][3] == 1_000_000 and len(tables["section"]) == 1 and len(tables["circuit"]) == 2


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (graphml(), "GRAPH_BROKEN"),
        (graphml(LOST.format(0)), "GRAPH_BROKEN"),
        (graphml(NODE.format(0, 1, 1, ""), NODE.format(0, 1, 1, "")), "GRAPH_BROKEN"),
        (graphml(NODE.format(0, 1, 1, ""), edge(0, 7)), "GRAPH_BROKEN"),
        (graphml(NODE.format(0, 1, 1, ""), NODE.format(1, 1, 2, ""), *[edge(0, 1)] * 65), "GRAPH_BROKEN"),
        (graphml(NODE.format(0, 1, 1, ""))[:-20], "FILE_TRUNCATED"),
        ('<?xml version="1.0"?><!DOCTYPE g [<!ENTITY a "b">]><graphml/>', "FILE_UNSAFE"),
        ("PK is no graph", "FILE_KIND"),
    ],
)
def test_broken_graphs_are_refused_with_a_reason(read, text, rule):
    tables, rules = read(text)
    assert rules == [rule] and not tables


def test_fibres_of_both_directions_are_one_edge(read):
    elements = [{"uid": f"roadm {city}", "type": "Roadm", "metadata": {"location": {"city": city, "latitude": 30, "longitude": lon}}}
                for city, lon in (("A", 112.0), ("B", 113.0))]  # fmt: skip
    elements += [{"uid": f"fibre {way}", "type": "Fiber", "params": {"length": 40, "length_units": "km"}} for way in ("ab1", "ab2", "ba")]
    hops = ["roadm A", "fibre ab1", "fibre ab2", "roadm B", "fibre ba", "roadm A"]
    told = {"elements": elements, "connections": [{"from_node": a, "to_node": b} for a, b in zip(hops, hops[1:], strict=False)]}
    tables, rules = read(json.dumps(told), "net.json")
    assert rules == [] and tables["section"] == [("NET-S001", "trench", "NET-001", "NET-002", 80000.0)]


@pytest.mark.parametrize(
    "told",
    ['{"elements": 3, "connections": []}', '{"elements": [{}], "connections": []}', '{"nodes": [{"id": 1}], "edges": []}', '{"nodes": ['],
)
def test_broken_json_is_refused(read, told):
    tables, rules = read(told, "net.json")
    assert not tables and rules[0] in ("GRAPH_BROKEN", "FILE_TRUNCATED")


def test_other_json_is_geojson(read):
    feature = {"type": "Feature", "properties": {"code": "A"}, "geometry": {"type": "Point", "coordinates": [112, 30]}}
    tables, _ = read(json.dumps({"type": "FeatureCollection", "features": [feature]}), "net.json")
    assert list(tables) != ["structure", "section", "equipment", "circuit"]
