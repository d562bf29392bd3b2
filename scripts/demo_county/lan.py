"""LAN switches in buildings (fibre to the building): their customers' ports, and the uplinks that lead to the office."""
import random

from scripts.demo_county.banks import Bank, plain_name
from scripts.demo_county.cables import Leaf, Trunk
from scripts.demo_county.demand import Splitter
from scripts.demo_county.plant import LanSwitch, TownPlant, conductors_to
from scripts.demo_county.structures import Ground

LAN_PORTS = 24
UPLINKS = 2
Output = tuple[Splitter, tuple[Trunk, Leaf, int]]


def add_lan(ground: Ground, plant: TownPlant, count: int, fill: float, rng: random.Random) -> None:
    """Set up the LAN switches of a town: where a box has a strand and its splitter an output to spare, then beside the office."""
    outputs = _spare_outputs(plant)
    hosts = [*(node for node in _buildings(ground, plant) if node in outputs), plant.town.office]
    for number in range(count):
        code = f"{plant.town.prefix}/LSW{number + 1:03d}"
        node = hosts[number % len(hosts)]
        plant.stand(code, f"LAN-{LAN_PORTS}", ground.structures[node].code, "楼道交换机")
        switch = LanSwitch(code, node, Bank([(code, LAN_PORTS, plain_name("", 1))]), Bank([(code, UPLINKS, plain_name("UP-", 1))]))
        taken = min(LAN_PORTS, round(LAN_PORTS * fill * rng.uniform(0.8, 1.2)))
        switch.ports.use = dict.fromkeys(range(taken), "in_use")
        switch.uplinks.next_port()
        if node in outputs:
            switch.output = _take(*outputs.pop(node))
        plant.line_banks += [switch.ports, switch.uplinks]
        plant.lan.append(switch)


def _buildings(ground: Ground, plant: TownPlant) -> list[int]:
    town = plant.town
    return [node for node, one in enumerate(ground.structures) if one.kind == "building" and one.town == town.index and node != town.office]


def _spare_outputs(plant: TownPlant) -> dict[int, Output]:
    """For each structure with a box that has an idle strand: a splitter with an output left and the strand; one for each output."""
    found: dict[int, Output] = {}
    for demand in plant.demands:
        cabinet = demand.cabinet
        if cabinet.medium != "fibre" or cabinet.is_village or cabinet.is_two_level:
            continue
        # The emptiest first, so that few become full.
        spares = sorted(demand.splitters, key=lambda splitter: len(splitter.outputs) - splitter.ways)
        spare = [splitter for splitter in spares for _ in range(splitter.ways - len(splitter.outputs))]
        for trunk in cabinet.trunks:
            for leaf in trunk.leaves if trunk.life == "in_service" else ():
                idle = [position for position in range(leaf.block) if position not in leaf.use]
                if spare and idle and leaf.node not in found:
                    found[leaf.node] = (spare.pop(0), (trunk, leaf, idle[0]))
    return found


def _take(splitter: Splitter, end: tuple[Trunk, Leaf, int]) -> Output:
    """Let an output feed a strand, which is in use from now on."""
    trunk, leaf, position = end
    splitter.outputs.append(end)
    leaf.use[position] = "in_use"
    for piece, number in conductors_to(trunk, leaf, position):
        piece.states.setdefault("in_use", []).append(number)
    return splitter, end
