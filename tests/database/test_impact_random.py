"""Impact against a walk that knows nothing of carriers: over small random networks both must name the same services."""
import random
from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text

from app.network.models import Cable, CableRun, Section, Structure
from app.network.rules.terminations import A_END, BACK, FRONT, SPLIT_IN, SPLIT_OUT, Z_END, conductor_end, other_side, port_end
from app.services.models import Circuit, CircuitCarrier, Customer, Service, ServiceResource
from app.topology.impact import find_impact
from tests.factories.plant import add, insert_card, install, join_ends, pull_segment

DAY = date(2026, 3, 1)


@dataclass
class Random:
    """A line of structures with sections between; OLT and splitters in a chain of cables; each customer on a splitter's output."""

    session: object
    region_id: int
    rng: random.Random
    sections: list = field(default_factory=list)
    segments: list = field(default_factory=list)
    mates: dict = field(default_factory=dict)
    owner: dict = field(default_factory=dict)
    homes: dict = field(default_factory=dict)
    equipment: dict = field(default_factory=dict)
    places: list = field(default_factory=list)
    runs: dict = field(default_factory=dict)
    joint_in: dict = field(default_factory=dict)
    protected: dict = field(default_factory=dict)

    def add(self, model, **values):
        return add(self.session, model, region_id=self.region_id, **values)


def build(session, region_id, seed) -> Random:
    net = Random(session, region_id, random.Random(seed))  # noqa: S311
    count = net.rng.randint(3, 5)
    for place in range(count):
        point = f"SRID=4490;POINT({112.2 + place / 1000} 30.05)"
        net.places.append(net.add(Structure, code=f"R-{seed}-{place}", kind="building" if place == 0 else "handhole", geom=point))
    for place in range(count - 1):
        # Two sections side by side between neighbours, so that ways may part.
        for side in range(2):
            line = f"SRID=4490;LINESTRING({112.2 + place / 1000} 30.05, {112.2 + (place + 1) / 1000} 30.05)"
            net.sections.append(net.add(
                Section, code=f"R-{seed}-{place}-{side}", kind="duct_section", a_structure_id=net.places[place],
                z_structure_id=net.places[place + 1], length_m=100, geom=line,
            ))  # fmt: skip
    _pull(net, seed, count)
    _serve(net, seed, count)
    _protect(net, seed, count)
    session.flush()
    return net


def _pull(net, seed, count):
    """Two cables along the line, cut at random places; strands through-joined at each cut."""
    for number in range(2):
        cable = net.add(Cable, code=f"RC-{seed}-{number}", medium="fibre")
        cuts = sorted({0, count - 1, *(net.rng.randrange(count) for _ in range(2))})
        keys = []
        for own, (start, end) in enumerate(zip(cuts, cuts[1:], strict=False), start=1):
            ends = (net.places[start], net.places[end])
            key = pull_segment(net.session, net.region_id, (cable, "fibre"), f"S{own}", "GYTA-4", ends, sheath_m=100.0 * (end - start))
            run = [net.sections[2 * place + net.rng.randrange(2)] for place in range(start, end)]
            net.runs[key] = run
            rows = [{"region_id": net.region_id, "segment_id": key, "seq": seq, "section_id": section, "is_reversed": False}
                    for seq, section in enumerate(run, start=1)]  # fmt: skip
            net.session.execute(insert(CableRun), rows)
            strands = net.session.execute(
                text("SELECT id FROM conductor WHERE region_id = :region_id AND segment_id = :id ORDER BY no"),
                {"region_id": net.region_id, "id": key},
            ).scalars().all()
            net.owner.update({("conductor", strand): key for strand in strands})
            keys.append(strands)
        net.segments.append(keys)


def _serve(net, seed, count):
    """An OLT at the first place; on each strand of both cables a splitter at the last one, and homes on some of its outputs."""
    olt = install(net.session, net.region_id, f"OLT-R{seed}", "OLT-8", net.places[0])
    insert_card(net.session, net.region_id, olt, "0/1", "PON-8")
    net.equipment[olt] = net.places[0]
    ports = _ports(net, olt, "0/1/%")
    customer = net.add(Customer, code=f"RU-{seed}", segment="public")
    for number, keys in enumerate(net.segments):
        for place in range(2):
            splitter = install(net.session, net.region_id, f"RP-{seed}-{number}-{place}", "POS-1X4", net.places[-1])
            net.equipment[splitter] = net.places[-1]
            (entry,), outputs = _ports(net, splitter, "IN%"), _ports(net, splitter, "OUT%")
            head = ports[2 * number + place]
            chain = [port_end(head, FRONT)]
            for strands in keys:
                chain += [conductor_end(strands[place], A_END), conductor_end(strands[place], Z_END)]
            chain.append(port_end(entry, SPLIT_IN))
            for left, right in zip(chain[::2], chain[1::2], strict=True):
                _join(net, left, right, olt if left == chain[0] else None)
            tree = net.add(Circuit, code=f"RT-{seed}-{number}-{place}", kind="pon_tree", topology="tree", channel_count=64, a_port_id=head)
            carried = [("port_id", head), *(("conductor_id", strands[place]) for strands in keys), ("port_id", entry)]
            _carry(net, tree, 1, carried)
            for channel, output in enumerate(net.rng.sample(outputs, net.rng.randint(1, 3)), start=1):
                _home(net, f"{seed}-{number}-{place}-{channel}", customer, (tree, channel, output))


def _home(net, code, customer, on):
    tree, channel, output = on
    box = install(net.session, net.region_id, f"RB-{code}", "GF-12", net.places[-1])
    net.equipment[box] = net.places[-1]
    terminal = _ports(net, box, "%")[0]
    _join(net, port_end(output, SPLIT_OUT), port_end(terminal, BACK), box)
    line = net.add(Circuit, code=f"RA-{code}", kind="access", z_port_id=terminal)
    held = [{"lower_circuit_id": tree, "channel_no": channel}, {"port_id": output}, {"port_id": terminal}]
    for seq, one in enumerate(held, start=1):
        net.session.execute(insert(CircuitCarrier).values(region_id=net.region_id, circuit_id=line, path_no=1, seq=seq, **one))
    service = net.add(Service, code=f"RS-{code}", customer_id=customer, product="ftth", state="active", started_on=date(2025, 1, 1))
    net.add(ServiceResource, service_id=service, circuit_id=line, started_on=date(2025, 1, 1))
    net.homes[f"RS-{code}"] = port_end(terminal, BACK)


def _protect(net, seed, count):
    """A leased line over the third strands of both cables: one way each, from the first place to the last."""
    for own, place in (("A", 0), ("Z", -1)):
        key = install(net.session, net.region_id, f"RO{own}-{seed}", "GF-12", net.places[place])
        net.equipment[key] = net.places[place]
        net.protected[own] = (key, _ports(net, key, "%")[0])
    ends = {"a_port_id": net.protected["A"][1], "z_port_id": net.protected["Z"][1]}
    line = net.add(Circuit, code=f"RL-{seed}", kind="trail", protection="1+1", **ends)
    for path, keys in enumerate(net.segments, start=1):
        _carry(net, line, path, [("conductor_id", strands[2]) for strands in keys])
    customer = net.add(Customer, code=f"RV-{seed}", segment="large")
    service = net.add(Service, code=f"RX-{seed}", customer_id=customer, product="leased_line", state="active", started_on=date(2025, 1, 1))
    net.add(ServiceResource, service_id=service, circuit_id=line, started_on=date(2025, 1, 1))
    net.protected["service"] = f"RX-{seed}"


def _ports(net, equipment, like):
    rows = net.session.execute(
        text("SELECT id FROM port WHERE region_id = :region_id AND equipment_id = :id AND no LIKE :no ORDER BY no"),
        {"region_id": net.region_id, "id": equipment, "no": like},
    ).scalars().all()
    net.owner.update({("port", port): equipment for port in rows})
    return rows


def _carry(net, circuit, path, carried):
    rows = [{"region_id": net.region_id, "circuit_id": circuit, "path_no": path, "seq": seq, column: key}
            for seq, (column, key) in enumerate(carried, start=1)]  # fmt: skip
    for row in rows:
        net.session.execute(insert(CircuitCarrier).values(**row))


def _join(net, left, right, equipment):
    join_ends(net.session, net.region_id, "patch", [(left, right)], equipment)
    net.mates[left], net.mates[right] = right, left
    if equipment:
        net.joint_in[left] = net.joint_in[right] = equipment


@dataclass
class Broken:
    """What no longer works: structures, sections, segments, strands and equipment, each by what was named."""

    sections: set
    segments: set
    strands: set
    equipment: set


def break_all(net, elements) -> Broken:
    named = {kind: {key for of, key in elements if of == kind} for kind in ("structure", "section", "segment", "conductor", "equipment")}
    ends = {section: (net.places[place // 2], net.places[place // 2 + 1]) for place, section in enumerate(net.sections)}
    sections = named["section"] | {section for section, both in ends.items() if named["structure"] & set(both)}
    segments = named["segment"] | {segment for segment, run in net.runs.items() if sections & set(run)}
    equipment = named["equipment"] | {key for key, place in net.equipment.items() if place in named["structure"]}
    return Broken(sections, segments, named["conductor"], equipment)


def is_lit(net, broken, start, groups) -> bool:
    """Walk from a home joint by joint to a line port, over nothing that is broken."""
    at = start
    for _ in range(100):
        if not _stands(net, broken, at) or at not in net.mates or net.joint_in.get(at) in broken.equipment:
            return False
        at = net.mates[at]
        if not _stands(net, broken, at):
            return False
        if at & 7 == 5 and groups[at >> 3] == "plain":
            return True
        at = groups[at >> 3] if at & 7 == 7 else other_side(at)
    return False


def _stands(net, broken, key) -> bool:
    if key & 7 < 4:
        return key >> 3 not in broken.strands and net.owner["conductor", key >> 3] not in broken.segments
    return net.owner["port", key >> 3] not in broken.equipment


def fallen(net, elements) -> set[str]:
    broken = break_all(net, elements)
    rows = net.session.execute(
        text("SELECT id, equipment_id, role FROM port WHERE region_id = :region_id"), {"region_id": net.region_id}
    ).all()
    entries = {row.equipment_id: port_end(row.id, SPLIT_IN) for row in rows if row.role == "split_in"}
    groups = {row.id: entries[row.equipment_id] if row.role == "split_out" else row.role for row in rows}
    down = {code for code, start in net.homes.items() if not is_lit(net, broken, start, groups)}
    holds = [all(strands[2] not in broken.strands and net.owner["conductor", strands[2]] not in broken.segments for strands in keys)
             for keys in net.segments]  # fmt: skip
    ends_stand = all(net.protected[own][0] not in broken.equipment for own in "AZ")
    if not ends_stand or not any(holds):
        down.add(net.protected["service"])
    return down


def elements_of(net):
    found = [("structure", key) for key in net.places] + [("section", key) for key in net.sections]
    found += [("segment", key) for key in net.runs] + [("equipment", key) for key in net.equipment]
    return found + [("conductor", key) for kind, key in net.owner if kind == "conductor"]


@pytest.fixture
def networks(session, region):
    """A few random networks, each built once."""
    built = {}

    def of(seed):
        if seed not in built:
            built[seed] = build(session, region, seed)
        return built[seed]

    return of


def down_with(net, elements) -> set[str]:
    own = {*net.homes, net.protected["service"]}
    found = find_impact(net.session, net.region_id, elements, day=DAY)
    return {service.code for service in found.of_state("down")} & own


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(given_data=st.data())
def test_impact_is_that_of_a_walk_and_grows_with_what_fails(networks, given_data):
    net = networks(given_data.draw(st.integers(1, 4)))
    every = elements_of(net)
    elements = given_data.draw(st.lists(st.sampled_from(every), max_size=4, unique=True))
    down = down_with(net, elements)
    assert down == fallen(net, elements)
    more = given_data.draw(st.sampled_from(every))
    assert down <= down_with(net, [*elements, more])


def test_random_networks_have_something_to_lose(networks):
    net = networks(1)
    assert len(net.homes) >= 4
    assert fallen(net, []) == set() and fallen(net, [("structure", net.places[0])]) == {*net.homes, net.protected["service"]}
