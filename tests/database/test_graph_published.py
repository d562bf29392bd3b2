"""Networks that others drew, imported as transmission networks: shape as published, distances as published.

The drawings lie in ``../shared/data``; where they are not, these tests are skipped.
"""
import csv
import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.survey.importing import import_surveys
from app.topology.facts import get_network, graph_facts
from app.topology.paths import Net, distances
from app.topology.route_graph import build_route_graph
from app.topology.routes import Wish, plan_route
from tests.conftest import REGION

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ZOO = DATA / "topology-zoo"
TEXT_NAMES = text("SELECT id, name_zh FROM structure WHERE region_id = :region")
pytestmark = [
    pytest.mark.database, pytest.mark.slow, pytest.mark.skipif(not ZOO.is_dir(), reason="the published networks are not in ../shared/data")
]


def published() -> list[dict]:
    if not ZOO.is_dir():
        return []
    with (ZOO / "facts.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def load(engine, kept_region):
    """A function that imports a file into an empty region and gives a session on it."""

    def load(path):
        report = import_surveys(engine, [path], str(REGION), actor="test")
        errors = [finding for source in report.sources for finding in source.findings if finding.severity == "error"]
        assert not errors and report.changed, errors[:3]
        return Session(engine)

    return load


@pytest.mark.parametrize("facts", published(), ids=lambda row: row["file"].removesuffix(".graphml"))
def test_shape_is_that_of_facts(load, kept_region, facts):
    with load(ZOO / facts["file"]) as session:
        found = graph_facts(session, kept_region, "transmission")
        mesh = get_network(session, kept_region, "transmission").mesh
    assert (found.nodes, found.edges, found.pairs, found.self_loops, found.isolated) == tuple(
        int(facts[name]) for name in ("nodes", "edges_listed", "distinct_node_pairs", "self_loops", "isolated_nodes")
    )
    assert (found.components, found.largest) == (int(facts["components"]), int(facts["largest_component"]))
    assert len(found.thin_pairs) == int(facts["bridges_simple_graph"]) and len(found.cut_nodes) == int(facts["articulation_points"])
    if facts["multigraph"] == "False":
        assert len(found.bridges) == len(found.thin_pairs)
    # Published are the lengths of pairs, each once, on a sphere; ours are of the ellipsoid.
    by_pair = {(min(ends), max(ends)): metres for ends, metres in zip(mesh.ends, mesh.metres.tolist(), strict=True) if metres == metres}
    assert sum(by_pair.values()) / 1000 == pytest.approx(float(facts["sum_km_edges_with_both_ends_located"]), rel=0.005)
    assert found.length_km >= sum(by_pair.values()) / 1000 - 1e-6


def test_fibre_of_conus_is_as_long_as_published(load, kept_region):
    told = json.loads((DATA / "gnpy" / "CORONET_CONUS_Topology.json").read_text(encoding="utf-8"))
    fibres = {element["uid"]: element["params"]["length"] for element in told["elements"] if element["type"] == "Fiber"}
    with load(DATA / "gnpy" / "CORONET_CONUS_Topology.json") as session:
        found = graph_facts(session, kept_region, "transmission")
        graph = build_route_graph(session, kept_region)
        names = {name: key for key, name in session.execute(TEXT_NAMES, {"region": kept_region})}
        answer = plan_route(graph, names["Abilene"], names["Dallas"], Wish())
    assert (found.nodes, found.edges, found.components, found.bridges) == (75, 99, 1, ())
    assert found.length_km == pytest.approx(sum(fibres.values()) / 2, rel=1e-6)
    assert answer.plans[0].metres == pytest.approx(1000 * fibres["fiber (Abilene → Dallas)-"])


@pytest.mark.parametrize("name", ["gabriel_25_0", "gabriel_50_1", "gabriel_100_2", "gabriel_200_3"])
def test_shortest_ways_are_as_long_as_published(load, kept_region, name):
    path = DATA / "topohub-gabriel" / f"{name}.json"
    stats = json.loads(path.read_text(encoding="utf-8"))["graph"]["stats"]
    with load(path) as session:
        mesh = build_route_graph(session, kept_region).mesh
        found = graph_facts(session, kept_region, "transmission")
    assert (found.nodes, found.edges) == (stats["nodes"], stats["links"])
    metres, every = mesh.metres.tolist(), range(len(mesh.nodes))
    far = [max(distances(Net(mesh, metres), goal, metres)) / 1000 for goal in every]
    hops = [sum(distances(Net(mesh, metres), goal, [1.0] * len(metres))) for goal in every]
    assert max(far) == pytest.approx(stats["diameter_len"], abs=0.03)
    assert sum(hops) / (len(every) * (len(every) - 1)) == pytest.approx(stats["avg_sdp_hops"], abs=0.01)
    told = [sum(metres) / len(metres) / 1000, min(metres) / 1000, max(metres) / 1000]
    assert told == pytest.approx([stats[name] for name in ("avg_link_len", "min_link_len", "max_link_len")], abs=0.01)
    assert found.length_km * 1000 == pytest.approx(sum(metres))
