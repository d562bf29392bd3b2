"""The data network: gateways at the seat, a router in every other office, uplinks, VLANs and prefixes."""
import math
import random
from dataclasses import dataclass, field

from scripts.demo_county.backbone import Backbone, Link
from scripts.demo_county.banks import Bank
from scripts.demo_county.circuits import CircuitBook, Port, port_carrier, run, tree_code
from scripts.demo_county.offices import mount
from scripts.demo_county.plant import LanSwitch, TownPlant

GATEWAYS = 2
# Uplink ports of a card that carry traffic: the first of so many.
CARDS = {"10ge": (4, 2), "ge": (2, 1)}
RATE_MBIT = {"10ge": 10_000, "ge": 1_000}
FIRST_S_VLAN = 101
MOST_C_VLANS = 4_000


@dataclass(frozen=True)
class Route:
    """A way from an office to the seat: a strand on every link passed."""

    town: int
    hops: tuple[tuple[Link, int], ...]


def plan_routes(backbone: Backbone, towns: int) -> list[Route]:
    """Two routes from every office to the seat, apart from each other where the cables allow; takes their strands."""
    routes = []
    for town in range(towns):
        if town != backbone.seat:
            for way in backbone.ways(town, backbone.seat):
                links = [backbone.links[frozenset(pair)] for pair in zip(way, way[1:], strict=False)]
                routes.append(Route(town, tuple((link, link.take()) for link in links)))
    return routes


@dataclass(eq=False)
class VlanPlan:
    """Outer tags for access equipment and the inner ones taken below them, once per gateway."""

    gateways: list[str]
    _homes: dict[str, list] = field(default_factory=dict)
    _outer: dict[str, int] = field(default_factory=dict)
    rows: dict[tuple[str, int], list] = field(default_factory=dict)

    def take(self, equipment: str, purpose: str) -> tuple[str, int, int]:
        """Gateway, outer and inner tag for one more customer of ``equipment``."""
        home = self._homes.get(equipment)
        if home is None or home[2] >= MOST_C_VLANS:
            gateway = home[0] if home else self.gateways[len(self._homes) % len(self.gateways)]
            self._outer[gateway] = self._outer.get(gateway, FIRST_S_VLAN - 1) + 1
            home = self._homes[equipment] = [gateway, self._outer[gateway], 0]
            self.rows[gateway, home[1]] = [purpose, home]
        home[2] += 1
        return home[0], home[1], home[2]

    def layer_rows(self) -> list[tuple]:
        """Rows of the layer ``vlan``: those in use, and some to spare."""
        rows = []
        for (gateway, outer), (purpose, home) in self.rows.items():
            last = home[2]
            spare = min(4_094, last + 8 + last // 10)
            rows.append((gateway, outer, _span(1, last), purpose, "in_use"))
            rows.append((gateway, outer, _span(last + 1, spare), purpose, "idle"))
        return rows


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def build_broadband(
    plants: list[TownPlant], backbone: Backbone, routes: list[Route], fills: list[float], book: CircuitBook, rng: random.Random
) -> VlanPlan:
    """Gateways, routers and every uplink."""
    seat = plants[backbone.seat]
    local = _needs(seat)
    cards = _cards(math.ceil((len(routes) + local["10ge"]) / GATEWAYS) + 3, math.ceil(local["ge"] / GATEWAYS) + 1)
    made = [_mounted(seat, "BRAS", "BRAS-8", cards, rng) for _ in range(GATEWAYS)]
    gateways = [ports for _, ports in made]
    core = _mounted(seat, "RT", "RT-8", _cards(2 * GATEWAYS, 1), rng)[1]
    for ports in gateways:
        for _ in range(2):
            _join(book, ports["10ge"].next_port(), core["10ge"].next_port(), "10ge", 0.5 * rng.uniform(0.6, 1.2))
    for town, plant in enumerate(plants):
        if town == backbone.seat:
            _join_access(book, plant, gateways, fills[town], rng)
            join_lan(book, plant, gateways[0], fills[town], random.Random(plant.town.prefix))  # noqa: S311 - repeatable, not secret
            continue
        need = _needs(plant)
        router = _mounted(plant, "RT", "RT-8", _cards(need["10ge"] + GATEWAYS, need["ge"] + 1), rng)[1]
        _join_access(book, plant, [router], fills[town], rng)
        join_lan(book, plant, router, fills[town], random.Random(plant.town.prefix))  # noqa: S311 - repeatable, not secret
        for number, route in enumerate(route for route in routes if route.town == town):
            far = gateways[number % GATEWAYS]["10ge"].next_port()
            _join_far(book, router["10ge"].next_port(), far, route, fills[town] * rng.uniform(0.5, 0.9))
    return VlanPlan([code for code, _ in made])


def join_lan(book: CircuitBook, plant: TownPlant, head: dict[str, Bank], fill: float, rng: random.Random) -> None:
    """Uplinks of the LAN switches of a town over cords: the one beside the office to a router's ports ``head``, others to one before."""
    last: dict[int, LanSwitch] = {}
    for switch in plant.lan:
        if switch.output is None:
            above = last.get(switch.node)
            far = above.uplinks.next_port() if above else head["ge"].next_port()
            _join(book, switch.uplinks.port(0), far, "ge", fill * rng.uniform(0.3, 0.8))
        last[switch.node] = switch


def ride_lan(book: CircuitBook, plant: TownPlant, fill: float, rng: random.Random) -> None:
    """Uplinks of the LAN switches of a town that hang on a splitter: each takes a channel of the tree; the town must be joined."""
    for switch in plant.lan:
        if switch.way is not None:
            carriers, tree = switch.way
            near = switch.uplinks.port(0)
            _uplink(book, near, tree, "ge", fill * rng.uniform(0.3, 0.8))
            book.carry(f"UP-{near[0]}/{near[1]}", 1, [port_carrier(near), *carriers, book.channel(tree_code(tree))])


def _cards(fast: int, slow: int) -> list[str]:
    return ["XGE-8"] * math.ceil(fast / 8) + ["GE-16"] * math.ceil(slow / 16)


def _mounted(plant: TownPlant, label: str, model: str, cards: list[str], rng: random.Random) -> tuple[str, dict[str, Bank]]:
    code, ports = mount(plant.office, label, model, cards, rng)
    plant.line_banks += ports.values()
    return code, ports


def _needs(plant: TownPlant) -> dict[str, int]:
    """Ports of a router that the equipment of an office leads to, and the LAN switch beside it."""
    need = {kind: len(_busy(plant.office.ports[kind], kind)) for kind in CARDS}
    return need | {"ge": need["ge"] + bool(plant.lan)}


def _busy(bank: Bank, kind: str) -> list[int]:
    card, used = CARDS[kind]
    return [place for place in range(bank.size) if place % card < used]


def _join_access(book: CircuitBook, plant: TownPlant, heads: list[dict[str, Bank]], fill: float, rng: random.Random) -> None:
    """Uplinks of the access equipment of an office to a router or gateway beside it, by turns."""
    for kind in CARDS:
        bank = plant.office.ports[kind]
        for number, place in enumerate(_busy(bank, kind)):
            bank.use[place] = "in_use"
            _join(book, bank.port(place), heads[number % len(heads)][kind].next_port(), kind, fill * rng.uniform(0.5, 1.0))


def _join(book: CircuitBook, near: Port, far: Port, kind: str, load: float) -> None:
    book.patch(near, far)
    _uplink(book, near, far, kind, load)
    book.carry(f"UP-{near[0]}/{near[1]}", 1, [port_carrier(near), port_carrier(far)])


def _join_far(book: CircuitBook, near: Port, far: Port, route: Route, load: float) -> None:
    _uplink(book, near, far, "10ge", load)
    book.carry(f"UP-{near[0]}/{near[1]}", 1, run(book, (near, far), list(route.hops), route.town))


def _uplink(book: CircuitBook, near: Port, far: Port, kind: str, load: float) -> None:
    rate = RATE_MBIT[kind]
    peak = round(rate * min(load, 0.98))
    book.head(f"UP-{near[0]}/{near[1]}", "uplink", kind, (near, far), "上联电路", rate_mbit=rate, peak_mbit=peak, channel_count=1)


def prefixes(number: int, gateways: list[str]) -> list[tuple]:
    """Rows of the layer ``ip_prefix``: a county's pool with a part for each gateway, from ranges that are set apart for such use."""
    pool, pool6 = f"100.{64 + number}.0.0/16", f"2001:db8:{number:x}::/48"
    rows = [(pool, "public", "", "", "用户地址池", "in_use"), (pool6, "public", "", "", "用户地址池", "in_use")]
    for place, gateway in enumerate(gateways):
        rows.append((f"100.{64 + number}.{place * 64}.0/18", "public", pool, gateway, "用户地址池", "in_use"))
        rows.append((f"2001:db8:{number:x}:{place * 4096:x}::/52", "public", pool6, gateway, "用户地址池", "in_use"))
    rows.append((f"100.{64 + number}.192.0/18", "public", pool, "", "预留", "idle"))
    rows.append((f"10.{number}.0.0/16", "management", "", "", "设备管理", "in_use"))
    return rows
