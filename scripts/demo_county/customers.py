"""Who uses the network: customers, services with two years of comings and goings, line records, and those who wait."""
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from scripts.demo_county.days import DATA_DAY, WINDOW_DAYS, before, recent
from scripts.demo_county.homes import Homes, Spot
from scripts.demo_county.overlay import Overlay
from scripts.demo_county.plant import CustomerPort, TownPlant
from scripts.demo_county.switching import RESERVED_SHARE, VoiceOffice

LARGE_CUSTOMERS = 150
LEAST_LARGE_CUSTOMERS = 8
UNMET = 320
LEAST_UNMET = 12
SUSPENDED_SHARE = 0.03
AGEING_DAYS = 180
RATES = {"ftth": (50, 100, 100, 200, 300, 500), "adsl": (2, 4, 4, 8), "lan": (10, 20, 50, 100)}
GRADES = ("金级", "银级", "铜级")
REASONS = ("用户搬迁", "资费原因", "改用其他运营商", "欠费拆机", "房屋拆迁", "业务升级")
# Share of the segments business and large among a product's services.
SEGMENTS = {"ftth": (0.08, 0.006), "adsl": (0.05, 0.002), "pots": (0.14, 0.02), "lan": (0.16, 0.02)}
PURPOSES = {"ftth": "FTTH用户", "adsl": "ADSL用户", "lan": "LAN用户"}
AGAIN_SHARE = 0.3


@dataclass
class Numbers:
    """Digits in use and reserved, and digit -> end of ageing."""

    in_use: list[str] = field(default_factory=list)
    reserved: list[str] = field(default_factory=list)
    ageing: dict[str, str] = field(default_factory=dict)


@dataclass
class Market:
    """Rows of the layers ``customer``, ``service``, ``line_record``, ``number_state`` and ``unmet_request`` with its places."""

    customers: list[tuple] = field(default_factory=list)
    services: list[tuple] = field(default_factory=list)
    lines: list[tuple] = field(default_factory=list)
    numbers: Numbers = field(default_factory=Numbers)
    requests: list[tuple] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)

    def number_rows(self) -> Iterator[tuple]:
        """Rows of the layer ``number_state``, neighbours together."""
        for use, digits in (("in_use", self.numbers.in_use), ("reserved", self.numbers.reserved)):
            for first, last in _runs(sorted(digits)):
                yield (first if first == last else f"{first}-{last}", use, "")
        for digits, until in sorted(self.numbers.ageing.items()):
            yield (digits, "ageing", until)


def _runs(digits: list[str]) -> Iterator[tuple[str, str]]:
    start = last = ""
    for one in digits:
        if last and int(one) == int(last) + 1 and one[:-3] == last[:-3]:
            last = one
            continue
        if last:
            yield start, last
        start = last = one
    if last:
        yield start, last


class _Counter:
    """Draws a county's market, spot by spot."""

    def __init__(self, prefix: str, overlay: Overlay, plants: list[TownPlant], rng: random.Random) -> None:
        self.prefix = prefix
        self.overlay = overlay
        self.rng = rng
        self.market = Market()
        self.large: list[str] = []
        self.last_business = ""
        self.offices = {office.equipment: office for office in overlay.switching.offices}
        # Full towns have grown most; how fast is drawn for each.
        self.growth = [0.06 + 0.4 * plant.access.fill * rng.uniform(0.6, 1.2) for plant in plants]
        self.churn = [0.06 + 0.18 * (1 - plant.access.fill) * rng.uniform(0.6, 1.4) for plant in plants]

    def customer(self, segment: str) -> str:
        """A new customer, or for a firm perhaps one that is there already."""
        rng = self.rng
        if segment == "large" and self.large:
            return rng.choice(self.large)
        if segment == "business" and self.last_business and rng.random() < AGAIN_SHARE:
            return self.last_business
        number = len(self.market.customers) + 1
        code = f"{self.prefix}-KH{number:07d}"
        names = {"public": f"演示用户{number:07d}", "business": f"演示商户{number:07d}号", "large": f"演示大客户{number:04d}单位"}
        contact = "" if segment == "public" else f"演示联系人{number:07d}"
        # Numbers that begin so are given to nobody.
        self.market.customers.append((code, segment, names[segment], contact, f"1000{rng.randrange(10**7):07d}"))
        if segment == "business":
            self.last_business = code
        return code

    def segment(self, product: str) -> str:
        """A segment as often as the product has it."""
        business, large = SEGMENTS[product]
        lot = self.rng.random()
        return "large" if lot < large else "business" if lot < large + business else "public"

    def live(self, spot: Spot, port: CustomerPort, address: str) -> None:
        """The one service on a port in use."""
        rng, kind = self.rng, port.kind
        digits = self._number(port, spot.town) if kind in ("adsl", "pots") else ""
        vlan = self.overlay.vlans.take(port.head, PURPOSES[kind]) if kind != "pots" else ("", "", "")
        state = "suspended" if rng.random() < SUSPENDED_SHARE else "active"
        self._service(kind, address, state, self._started(spot.town), access=(port.equipment, port.port), digits=digits, vlan=vlan)
        if digits:
            self.market.lines.append((digits, *port.line, port.equipment, port.port))

    def _number(self, port: CustomerPort, town: int) -> str:
        office = self.offices[port.head] if port.kind == "pots" else self.overlay.switching.of_town(town)[0]
        digits = office.number(self.rng)
        self.market.numbers.in_use.append(digits)
        return digits

    def _started(self, town: int) -> str:
        if self.rng.random() < self.growth[town]:
            return before(int(WINDOW_DAYS * self.rng.random() ** 1.3))
        return before(self.rng.randrange(WINDOW_DAYS, 4_000))

    def reserved(self, port: CustomerPort, address: str) -> None:
        """A service that waits for its line; nothing is jumpered yet, so no port is named."""
        self._service(port.kind, address, "reserved", "")

    def ended(self, kind: str, address: str, town: int) -> None:
        """A service that was given up in the last 24 months; its number ages."""
        days = recent(self.rng)
        started = before(days + self.rng.randrange(30, 2_000))
        digits = ""
        office = self.rng.choice(self.overlay.switching.of_town(town))
        if kind in ("pots", "adsl") and days < AGEING_DAYS - 1 and len(self._aged(office)) < 0.04 * office.demand:
            digits = office.number(self.rng)
            self.market.numbers.ageing[digits] = (DATA_DAY + timedelta(days=AGEING_DAYS - days)).isoformat()
            self._aged(office).append(digits)
        self._service(kind, address, "terminated", started, ended=(before(days), self.rng.choice(REASONS)), digits=digits)

    def _aged(self, office: VoiceOffice) -> list[str]:
        self._ages = getattr(self, "_ages", {})
        return self._ages.setdefault(office.code, [])

    def leased(self, code: str, address: str) -> None:
        """A line that a large customer leases."""
        self._service("leased_line", address, "active", before(self.rng.randrange(30, 3_000)), circuit=code, segment="large")

    def _service(self, product: str, address: str, state: str, started: str, **facts) -> None:
        rng = self.rng
        segment = facts.get("segment") or self.segment(product)
        rate = 2.048 if product == "leased_line" else "" if product == "pots" else rng.choice(RATES[product])
        grade = rng.choice(GRADES) if segment == "large" else ""
        code = f"{self.prefix}-YW{len(self.market.services) + 1:07d}"
        self.market.services.append((
            code, self.customer(segment), address, product, rate, grade, state, started, *facts.get("ended", ("", "")),
            *facts.get("access", ("", "")), facts.get("circuit", ""), facts.get("digits", ""), *facts.get("vlan", ("", "", "")),
        ))


def draw_market(prefix: str, overlay: Overlay, plants: list[TownPlant], homes: Homes, scale: float, rng: random.Random) -> Market:
    """Everything that customers have, had, and want."""
    counter = _Counter(prefix, overlay, plants, rng)
    counter.large = [counter.customer("large") for _ in range(max(LEAST_LARGE_CUSTOMERS, round(LARGE_CUSTOMERS * scale)))]
    by_town: list[list[Spot]] = [[] for _ in plants]
    for spot in homes.spots:
        if spot.points:
            by_town[spot.town].append(spot)
    for town, spots in enumerate(by_town):
        live = 0
        for spot in spots:
            live += _serve(counter, spot)
        for _ in range(round(live * counter.churn[town])):
            spot = rng.choice(spots)
            counter.ended(_product(spot, rng), rng.choice(spot.units)[0], town)
    for trail in overlay.leased:
        spot = rng.choice(by_town[trail.one])
        counter.leased(trail.code, rng.choice(spot.units)[0])
    for office in overlay.switching.offices:
        for _ in range(round(RESERVED_SHARE * office.lines)):
            counter.market.numbers.reserved.append(office.number(rng))
    _wait(counter.market, homes, plants, max(LEAST_UNMET, round(UNMET * scale)), rng)
    return counter.market


def _serve(counter: _Counter, spot: Spot) -> int:
    """The services at a spot, each in a home of its own; how many are live."""
    homes = [address for address, count in spot.units for _ in range(count)]
    live = 0
    for port, address in zip(spot.ports, counter.rng.sample(homes, len(spot.ports)), strict=True):
        if port.use == "in_use":
            counter.live(spot, port, address)
            live += 1
        elif port.use == "reserved":
            counter.reserved(port, address)
        else:
            counter.ended(port.kind, address, spot.town)
    return live


def _product(spot: Spot, rng: random.Random) -> str:
    """A product that is to be had at a spot."""
    products = {"pon": ("ftth",), "copper": ("adsl", "pots"), "lan": ("lan",)}
    return rng.choice([product for kind in spot.points for product in products[kind]])


def _wait(market: Market, homes: Homes, plants: list[TownPlant], count: int, rng: random.Random) -> None:
    """Requests that could not be met: where nothing leads, and where every port is taken."""
    far = [spot for spot in homes.spots if not spot.points]
    full = sorted((spot for spot in homes.spots if spot.points), key=lambda spot: (-plants[spot.town].access.fill, spot.node))[: 4 * count]
    for number in range(1, count + 1):
        is_far = bool(far) and rng.random() < 0.6
        spot = rng.choice(far if is_far else full)
        address = rng.choice(spot.units)[0]
        place, community = homes.place(address)
        reason = rng.choice(("no_line", "no_line", "no_route", "too_far")) if is_far else rng.choice(("no_port", "no_port", "no_line"))
        product = rng.choice(("ftth", "ftth", "ftth", "lan", "pots"))
        segment = rng.choice(("public", "public", "public", "business"))
        rate = rng.choice(RATES[product]) if product in RATES else ""
        state = rng.choice(("open", "open", "open", "open", "dropped", "met"))
        day: date = DATA_DAY - timedelta(days=recent(rng))
        market.places.append(place)
        code = f"{plants[0].town.prefix.split('-')[0]}-XQ{number:05d}"
        market.requests.append((code, address, segment, product, rate, day.isoformat(), reason, state, community))
