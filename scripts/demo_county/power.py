"""The power of an office from the mains to the racks: sources, rectifier, batteries, panels, feeds A and B, and two years of readings."""
import math
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from scripts.demo_county.catalogue import products
from scripts.demo_county.days import DATA_DAY
from scripts.demo_county.offices import Office, maintenance_code

BREAKERS_A = (6, 10, 16, 20, 32, 40, 63, 80, 100, 125, 160, 200, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600)
BATTERIES_AH = (100, 200, 300, 500, 800, 1000, 1500, 2000, 3000)
FRAMES = (6, 12, 20, 40)
COOLING_KW = (5, 12, 25)
GENSETS_KW = (20, 50, 100, 200)
MODULE_A = 50
FLOAT_V = 53.5
AC_V = 380.0
POWER_FACTOR = 0.95
RECTIFIER_EFFICIENCY = 0.93
# Hours that the batteries must last, and what C8 says of their use at that length: factor K, efficiency eta.
RESERVE_H = 8.0
SAFETY = 1.25
EFFICIENCY = 0.94
# Offices whose racks take more than this have a genset of their own.
GENSET_FROM_A = 20.0
MONTHS = 24
MISSING_SHARE = 0.03
RATING = (
    "voltage_v", "rated_a", "rated_kw", "rated_kva", "capacity_ah", "cell_count", "module_count", "module_a", "feed_class", "earth_ohm",
)


@dataclass
class PowerBook:
    """Rows of the layers ``power_rating``, ``power_feed`` and ``power_reading``."""

    ratings: list[tuple] = field(default_factory=list)
    feeds: list[tuple] = field(default_factory=list)
    readings: list[tuple] = field(default_factory=list)


@dataclass(eq=False)
class _Chain:
    """An office's power while it is being drawn; ``racks`` are the amperes that each rack takes."""

    office: Office
    structure: str
    book: PowerBook
    rng: random.Random
    racks: dict[str, float]
    outlets: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def dc_a(self) -> float:
        return sum(self.racks.values())

    def stand(self, label: str, model: str, name: str, **rating: float) -> str:
        """Place equipment beside the racks; its code."""
        number = 1 + sum(1 for row in self.office.equipment if row[0].startswith(f"{self.office.site}/{label}"))
        code = f"{self.office.site}/{label}{number:02d}"
        built = f"{self.rng.randint(2009, 2022)}-{self.rng.randint(1, 12):02d}-{self.rng.randint(1, 28):02d}"
        serial = f"SYN{self.rng.randrange(16**8):08X}"
        unit = maintenance_code(self.office.town)
        self.office.equipment.append((code, model, self.structure, "", "", "", name, serial, "", "", "", built, unit))
        if rating:
            self.book.ratings.append((code, *(rating.get(fact, "") for fact in RATING)))
        return code

    def feed(self, source: str, load: str, side: str, amperes: float, *, breaker_a: int = 0, is_rack: bool = False) -> None:
        """A feed with a breaker that carries the whole load, should the other side fail."""
        self.outlets[source] += 1
        breaker_a = breaker_a or breaker(2 * amperes)
        loads = ("", load) if is_rack else (load, "")
        self.book.feeds.append((source, f"F{self.outlets[source]:02d}", *loads, side, breaker_a, round(amperes, 1)))


def breaker(amperes: float) -> int:
    """The smallest breaker that carries so much with a quarter to spare."""
    return next(size for size in BREAKERS_A if size >= 1.25 * amperes)


def build_power(office: Office, structure: str, is_seat: bool, book: PowerBook, rng: random.Random) -> None:
    """Everything that feeds an office, once all its racks stand."""
    chain = _Chain(office, structure, book, rng, rack_amperes(office))
    rectifier, batteries = _direct(chain)
    cooling_w = _alternating(chain, rectifier, is_seat)
    chain.stand("EARTH", "EARTH-1", "联合接地排", earth_ohm=round(rng.uniform(0.4, 2.5), 2))
    _read(chain, rectifier, batteries, cooling_w)


def rack_amperes(office: Office) -> dict[str, float]:
    """Amperes at 53.5 V that the equipment and cards in each rack take."""
    racks = {f"{room}/{own}": 0.0 for room, own, *_ in office.racks}
    homes = {}
    for row in office.equipment:
        if row[3]:
            homes[row[0]] = row[3]
            racks[row[3]] += products()[row[1]].power_w / FLOAT_V
    for card in office.cards:
        racks[homes[card[0]]] += products()[card[2]].power_w / FLOAT_V
    return racks


def battery_ah(amperes: float) -> float:
    """Ampere-hours that carry a load at 25 degrees for the hours required (C8)."""
    return SAFETY * amperes * RESERVE_H / EFFICIENCY


def modules(amperes: float, capacity_ah: float) -> int:
    """Rectifier modules for a load and the charge of its batteries, with those to spare (C9)."""
    count = math.ceil((amperes + 0.1 * capacity_ah) / MODULE_A)
    return count + (1 if count <= 10 else math.ceil(count / 10))


def _direct(chain: _Chain) -> tuple[str, list[str]]:
    """Rectifier, two battery strings, two panels, and the feeds of the racks."""
    capacity = next(size for size in BATTERIES_AH if size >= battery_ah(chain.dc_a / 2))
    count = modules(chain.dc_a, 2 * capacity)
    frame = next(size for size in FRAMES if size >= count)
    rectifier = chain.stand("REC", f"REC-{frame}", "高频开关电源", voltage_v=FLOAT_V, module_count=count, module_a=MODULE_A)
    batteries = [
        chain.stand("BAT", f"BAT-{capacity}", "蓄电池组", voltage_v=48, capacity_ah=capacity, cell_count=24) for _ in range(2)
    ]
    panels = [chain.stand("DCP", "DCP-800", "直流配电屏", voltage_v=FLOAT_V, rated_a=800) for _ in range(2)]
    for side, panel in zip("AB", panels, strict=True):
        for rack, amperes in chain.racks.items():
            chain.feed(panel, rack, side, amperes / 2, is_rack=True)
    whole = breaker(chain.dc_a)
    for panel, battery in zip(panels, batteries, strict=True):
        chain.feed(rectifier, panel, "A", chain.dc_a / 2, breaker_a=whole)
        chain.feed(battery, panel, "B", 0.0, breaker_a=whole)
    return rectifier, batteries


def _alternating(chain: _Chain, rectifier: str, is_seat: bool) -> float:
    """Mains, genset, transfer switch, two panels, cooling; the watts of the cooling."""
    input_w = chain.dc_a * FLOAT_V / RECTIFIER_EFFICIENCY
    size = next(size for size in COOLING_KW if size * 1000 >= input_w or size == COOLING_KW[-1])
    cooling_w = products()[f"COOL-{size}"].power_w
    total_w = input_w * 1.3 + cooling_w + (6_000 if is_seat else 0)
    kva = next(size for size in (50, 100, 200, 315) if size * 800 >= total_w)
    count, grade = (2, 1) if is_seat else (1, 3)
    mains = [chain.stand("MAINS", "MAINS-10", "市电引入", voltage_v=AC_V, rated_kva=kva, feed_class=grade) for _ in range(count)]
    switch = chain.stand("ATS", "ATS-400", "自动切换屏", voltage_v=AC_V, rated_a=400)
    panels = [chain.stand("ACP", "ACP-400", "交流配电屏", voltage_v=AC_V, rated_a=400) for _ in range(2)]
    whole_a = ac_amperes(total_w)
    main_a = breaker(whole_a)
    chain.feed(mains[0], switch, "A", whole_a, breaker_a=main_a)
    if is_seat or chain.dc_a >= GENSET_FROM_A:
        kw = next(size for size in GENSETS_KW if size * 1000 >= total_w)
        genset = chain.stand("GEN", f"GEN-{kw}", "柴油发电机组", voltage_v=AC_V, rated_kw=kw, rated_kva=round(kw / 0.8))
        chain.feed(genset, switch, "B", 0.0, breaker_a=main_a)
    for panel in panels:
        chain.feed(switch, panel, "A", whole_a / 2, breaker_a=main_a)
        if is_seat:
            chain.feed(mains[1], panel, "B", 0.0, breaker_a=main_a)
    loads = [(rectifier, input_w), (chain.stand("COOL", f"COOL-{size}", "机房空调", rated_kw=size), cooling_w)]
    if is_seat:
        loads.append((chain.stand("UPS", "UPS-20", "不间断电源", voltage_v=AC_V, rated_kva=20), 6_000.0))
    for load, watts in loads:
        for side, panel in zip("AB", panels, strict=True):
            chain.feed(panel, load, side, ac_amperes(watts) / 2)
    return cooling_w


def ac_amperes(watts: float) -> float:
    """Amperes of three phases at 380 V (C9)."""
    return watts / (math.sqrt(3) * AC_V * POWER_FACTOR)


def _read(chain: _Chain, rectifier: str, batteries: list[str], cooling_w: float) -> None:
    """Monthly readings of whatever has a meter; a few are missing, the last is always there."""
    rng = chain.rng
    metered = [row[0] for row in chain.office.equipment if row[1] in ("MAINS-10", "ACP-400")]
    mains = [code for code in metered if "/MAINS" in code][:1]
    panels = [code for code in metered if "/ACP" in code]
    cooling = next(row[0] for row in chain.office.equipment if "/COOL" in row[0])
    for month in range(MONTHS):
        day = month_end(month - MONTHS + 1)
        growth = 1 - 0.18 * (1 - (month + 1) / MONTHS) + (rng.uniform(-0.02, 0.02) if month < MONTHS - 1 else 0)
        load_a = chain.dc_a * growth
        hours = 24 * day.day
        # Meters of two levels differ by what the cables between them lose.
        rectifier_kwh = load_a * FLOAT_V / RECTIFIER_EFFICIENCY / 1000 * hours
        cooling_kwh = cooling_w / 1000 * hours * (0.75 if 5 <= day.month <= 9 else 0.35)
        panel_kwh = (rectifier_kwh + cooling_kwh) * rng.uniform(1.01, 1.025)
        mains_kwh = panel_kwh * rng.uniform(1.012, 1.03)
        warm = round(24 + (3 if 5 <= day.month <= 9 else 0) + rng.uniform(-1, 1), 1)
        rows = [(rectifier, load_a, FLOAT_V, rectifier_kwh, warm), (cooling, "", "", cooling_kwh, "")]
        rows += [(battery, load_a / 2, round(FLOAT_V + rng.uniform(-0.2, 0.2), 2), "", warm + 0.5) for battery in batteries]
        rows += [(panel, _ac_of(panel_kwh, hours) / 2, round(rng.uniform(376, 388), 1), panel_kwh / 2, "") for panel in panels]
        rows += [(code, _ac_of(mains_kwh, hours), round(rng.uniform(378, 390), 1), mains_kwh, "") for code in mains]
        for code, *values in rows:
            if month == MONTHS - 1 or rng.random() >= MISSING_SHARE:
                chain.book.readings.append((code, day.isoformat(), *(round(value, 2) if value != "" else "" for value in values)))


def _ac_of(energy_kwh: float, hours: float) -> float:
    return ac_amperes(energy_kwh * 1000 / hours)


def month_end(offset: int) -> date:
    """The last day of the month so many months after that of the data's day."""
    months = DATA_DAY.year * 12 + DATA_DAY.month + offset
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)
