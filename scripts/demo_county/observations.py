"""What the network's own management saw of the ports of its equipment: what is in use is up, all else is down."""
from collections.abc import Iterator

from scripts.demo_county.banks import ranges
from scripts.demo_county.days import DATA_DAY
from scripts.demo_county.plant import TownPlant

SEEN_AT, SEEN_LATER = f"{DATA_DAY} 02:15", f"{DATA_DAY} 03:15"
SEEN_BY = "演示网管"


def observation_rows(plant: TownPlant) -> Iterator[tuple]:
    """Rows of the layer ``port_observation``, once all ports have been given away."""
    for bank in [*plant.office.ports.values(), *plant.line_banks]:
        up = [place for place, use in bank.use.items() if use == "in_use"]
        down = sorted(set(range(bank.size)) - set(up))
        for state, places in (("up", up), ("down", down)):
            for equipment, ports in ranges(bank, places):
                yield equipment, ports, state, SEEN_AT, SEEN_BY
