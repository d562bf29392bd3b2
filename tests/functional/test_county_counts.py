"""The demo county, imported, counts what an independent recount of its files counts; every customer's line is the one in the files, every
trace goes that way, and failures hit whom a walk through the files says."""

import random
from dataclasses import astuple

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.network.queries.codes import full_codes
from app.topology.dependency_layers import list_above, list_below
from app.topology.trace_start import find_traced, list_starts_of
from scripts.benchmarks.proof import Proof, draw_failures, walked
from scripts.demo_county.chains import read_plant, service_chain
from scripts.demo_county.failures import County
from scripts.demo_county.truth import recount
from scripts.demo_county.truth_use import recount_use
from tests.small_county import copy_county

pytestmark = [pytest.mark.functional]

COUNTS = """
SELECT coalesce(g.code, '0') AS code, t.kind, t.technology, t.installed, t.in_use, t.reserved, t.releasing, t.unusable, t.planned
FROM grid_tally t LEFT JOIN grid g ON g.region_id = t.region_id AND g.id = t.grid_id
WHERE t.region_id = 421000 AND t.kind NOT IN ('strand_m', 'pair_m', 'duct_m')
"""
# Everything that carries the access line of a service, and the tree that it rides, as owner and number.
CARRIERS = """
WITH held AS (
  SELECT s.code, r.circuit_id FROM service s
  JOIN service_resource r ON r.region_id = 421000 AND r.service_id = s.id AND r.ended_on IS NULL AND r.circuit_id IS NOT NULL
  WHERE s.region_id = 421000 AND s.product <> 'leased_line'
),
carried AS (
  SELECT h.code, h.circuit_id, false AS is_tree FROM held h
  UNION ALL
  SELECT h.code, k.lower_circuit_id, true FROM held h
  JOIN circuit_carrier k ON k.region_id = 421000 AND k.circuit_id = h.circuit_id AND k.lower_circuit_id IS NOT NULL
)
SELECT c.code, c.is_tree, coalesce(e.code, y.code || '/' || g.code) AS owner, coalesce(p.no, n.no::text) AS no
FROM carried c
JOIN circuit_carrier k ON k.region_id = 421000 AND k.circuit_id = c.circuit_id AND k.lower_circuit_id IS NULL
LEFT JOIN port p ON p.region_id = 421000 AND p.id = k.port_id
LEFT JOIN equipment e ON e.region_id = 421000 AND e.id = p.equipment_id
LEFT JOIN conductor n ON n.region_id = 421000 AND n.id = k.conductor_id
LEFT JOIN cable_segment g ON g.region_id = 421000 AND g.id = n.segment_id
LEFT JOIN cable y ON y.region_id = 421000 AND y.id = g.cable_id
"""
WALKED = 200
FAILURES = 50


def test_counts_equal_the_files(plain_database, tmp_path_factory):
    with copy_county(plain_database, tmp_path_factory, "counts") as copied:
        assert copied.totals["refused"] == 0
        compare_counts(copied.engine, copied.folder)


def compare_counts(network, county):
    with Session(network) as session:
        counted = {tuple(row[:3]): tuple(row[3:]) for row in session.execute(text(COUNTS)) if any(row[3:])}
    told = {key: astuple(counts) for key, counts in recount(county).items() if any(astuple(counts))}
    told |= {key: astuple(counts) for key, counts in recount_use(county).items() if any(astuple(counts))}
    assert len(told) > 700
    assert counted == told
    walk_customers(network, county)
    trace_lan_customers(network, county)
    prove_ways_and_failures(network, county)


def walk_customers(network, county):
    """Random customers: what carries each line is what the joints in the files lead through, up to the office port."""
    plant = read_plant(county)
    live = [row for row in plant.services if row["access_equipment"]]
    with Session(network) as session:
        carriers = {}
        for code, is_tree, owner, no in session.execute(text(CARRIERS)):
            carriers.setdefault(code, ([], []))[is_tree].append((owner, no))
    for service in random.Random(1).sample(live, WALKED):  # noqa: S311 - repeatable, not secret
        chain = service_chain(plant, service)
        members = {(owner, str(no)) for owner, no in chain.members}
        own, tree = carriers[service["code"]]
        assert chain.head is not None and {plant.kinds[chain.head[0]]} <= {"olt", "dslam", "ag", "switch", "lan_switch"}
        assert set(own) <= members and members <= {*own, *tree}, service["code"]
        assert len(own) + len(members & set(tree)) == len(members)


def trace_lan_customers(network, county):
    """The trace of a LAN service goes on from the uplink of each switch up to the office, and the service stands on all of that."""
    plant = read_plant(county)
    live = [row for row in plant.services if row["access_equipment"] and row["product"] == "lan"]
    ridden = 0
    with Session(network) as session:
        for service in random.Random(3).sample(live, 20):  # noqa: S311 - repeatable, not secret
            ways = plant.to_office(service_chain(plant, service))
            hit = find_traced(session, 421000, service["code"])
            starts = [one.thing for one in list_starts_of(session, 421000, hit.kind, hit.id)]
            codes = full_codes(session, 421000, starts)
            assert [codes[thing] for thing in starts[1:]] == ["/".join(way.members[0]) for way in ways], service["code"]
            wanted = {f"{owner}:{no}" for way in ways for owner, no in way.members if isinstance(no, int)}
            below = {layer.kind: dict(layer.things) for layer in list_below(session, 421000, [hit.id])}
            assert wanted == set(below.get("conductor", {}).values()), service["code"]
            for key in below.get("conductor", ()):
                above = {layer.kind: dict(layer.things) for layer in list_above(session, 421000, "conductor", key)}
                assert service["code"] in above["service"].values()
            ridden += bool(wanted)
    assert 0 < ridden < 20


def prove_ways_and_failures(network, folder):
    """Every service, PON tree and protected circuit traced; random failures of several things at once, with batteries that end."""
    county = County(folder)
    with Session(network) as session:
        proof = Proof(session, 421000, county)
        assert len(county.chains) > 1000 and len(proof.heads()) > 20 and sum(len(trail.paths) > 1 for trail in county.trails.values()) > 5
        assert (list(proof.lines()), list(proof.trees()), list(proof.trails())) == ([], [], [])
        for service in random.Random(1).sample(county.plant.services, 30):  # noqa: S311
            has_line = service["code"] in county.chains or service["circuit"]
            assert (proof.start_of(service["code"]) is not None) == bool(has_line), service["code"]
        seen = {"down": 0, "later": 0, "weakened": 0}
        for things, hours in draw_failures(county, FAILURES, random.Random(7)):  # noqa: S311
            told = proof.told(things, hours)
            assert told == walked(county, things, hours), (things, hours)
            for state, services in told.items():
                seen[state] += bool(services)
    assert min(seen.values()) >= 3 and seen["down"] > FAILURES / 3, seen
