"""Exchange offices: rooms, racks, frames, and the chassis and cards that give a town its line ports."""
import math
import random
from dataclasses import dataclass, field

from scripts.demo_county.banks import Bank, block_name, plain_name, tray_name
from scripts.demo_county.catalogue import product_ports, products
from scripts.demo_county.structures import TownGround

RACK_U = 42
RACK_KW = 5.0
# Shares of the line ports; LAN switches take what is left.
PORT_SHARES = {"pon": 0.11, "adsl": 0.21, "pots": 0.42}
LINE_CARDS = {"pon": ("PON-16", "PON-8"), "adsl": ("ADSL-64", "ADSL-32"), "pots": ("POTS-64", "POTS-32")}
CHASSIS = {
    "pon": ("OLT-16", "OLT", 16, "UP-10GE-4", "10ge"), "adsl": ("DSLAM-16", "DSLAM", 16, "UP-GE-2", "ge"),
    "pots": ("AG-16", "AG", 16, "UP-GE-2", "ge"), "switch": ("SW-32", "SW", 32, None, None),
}
SMALL_OLT = ("OLT-8", "OLT", 8, "UP-10GE-4", "10ge")
# The one telephone switch of a county takes this share of the seat's voice cards; other voice lines hang on gateways.
SWITCH_SHARE = 0.6


@dataclass(eq=False)
class Office:
    """What stands in a town's office; rows are in the order of the survey layers' fields."""

    town: TownGround
    site: str
    rooms: list[tuple] = field(default_factory=list)
    racks: list[tuple] = field(default_factory=list)
    equipment: list[tuple] = field(default_factory=list)
    cards: list[tuple] = field(default_factory=list)
    odf: Bank = field(default_factory=Bank)
    mdf: Bank = field(default_factory=Bank)
    ports: dict[str, Bank] = field(default_factory=dict)
    _free: dict[str, tuple[int, float]] = field(default_factory=dict)

    def port_count(self) -> int:
        """Plain ports of all cards."""
        return sum(bank.size for bank in self.ports.values())


def open_office(town: TownGround) -> Office:
    """An office with its two rooms, still empty."""
    office = Office(town, town.prefix)
    office.rooms = [(office.site, "R0101", "配线室", 60), (office.site, "R0201", "设备机房", 90)]
    office.ports = {kind: Bank() for kind in (*PORT_SHARES, "10ge", "ge")}
    return office


def share_line_ports(used: dict[str, list[int]], fills: list[float], weights: list[float], total: int) -> dict[str, list[list[int]]]:
    """Card sizes by kind and town: what demand needs at the town's fill, then the rest of the county's ports where they stand idle.

    Parameters
    ----------
    used
        Ports in use by kind (pon, adsl, pots) and town.
    weights
        Appetite of each town for idle capacity.
    """
    cards = {}
    for kind, part in PORT_SHARES.items():
        big, small = (int(name.split("-")[1]) for name in LINE_CARDS[kind])
        own = [_cards_for(math.ceil(count / fill) if count else 0, big, small) for count, fill in zip(used[kind], fills, strict=True)]
        left = round(total * part) - sum(map(sum, own))
        got = [0.0] * len(weights)
        while left >= small:
            town = min(range(len(weights)), key=lambda index: ((got[index] + small) / weights[index], index))
            size = big if left >= big and own[town] else small
            own[town].append(size)
            got[town] += size
            left -= size
        cards[kind] = [sorted(sizes, reverse=True) for sizes in own]
    return cards


def _cards_for(count: int, big: int, small: int) -> list[int]:
    sizes = [big] * (count // big)
    rest = count - sum(sizes)
    return [*sizes, *([small] if 0 < rest <= small else [big] if rest else [])]


def equip(office: Office, cards: dict[str, list[int]], is_seat: bool, rng: random.Random) -> None:
    """Put chassis and cards into racks and number their ports.

    Parameters
    ----------
    cards
        Sizes of the line cards by kind (pon, adsl, pots).
    """
    for kind, sizes in cards.items():
        switched = round(len(sizes) * SWITCH_SHARE) if is_seat and kind == "pots" else 0
        _fill_chassis(office, kind, CHASSIS["switch"], sizes[:switched], rng)
        shelf = SMALL_OLT if kind == "pon" and len(sizes) <= 8 else CHASSIS[kind]
        _fill_chassis(office, kind, shelf, sizes[switched:], rng)


def _fill_chassis(office: Office, kind: str, shelf: tuple, sizes: list[int], rng: random.Random) -> None:
    model, label, slots, uplink, uplink_type = shelf
    for start in range(0, len(sizes), slots):
        own = sizes[start: start + slots]
        number = 1 + sum(1 for row in office.equipment if f"/{label}" in row[0])
        code = f"{office.site}/{label}{number:02d}"
        names = [("LC" if model == "SW-32" else LINE_CARDS[kind][0].split("-")[0]) + f"-{size}" for size in own]
        power = (products()[model].power_w + sum(products()[name].power_w for name in names)) / 1000 + 0.1
        stand(office, code, model, "R0201", power, rng)
        for slot, (name, size) in enumerate(zip(names, own, strict=True), start=1):
            office.cards.append((code, f"0/{slot}", name, _serial(rng), "", ""))
            office.ports[kind].frames.append((code, size, plain_name(f"0/{slot}/", 1, 0)))
        if uplink:
            office.cards.append((code, f"0/{slots + 1}", uplink, _serial(rng), "", ""))
            office.ports[uplink_type].frames.append((code, int(uplink.rsplit("-", 1)[1]), plain_name(f"0/{slots + 1}/", 1, 0)))


def stand(office: Office, code: str, model: str, room: str, power_kw: float, rng: random.Random) -> None:
    """Place equipment in the first rack of ``room`` with units and power to spare, or in a new one."""
    height = products()[model].height_u
    rack = next((
        name for name, (free, kilowatts) in office._free.items()
        if f"/{room}/" in name and free >= height and kilowatts >= power_kw
    ), None)
    if rack is None:
        number = 1 + sum(1 for name in office._free if f"/{room}/" in name)
        own = f"C{(number - 1) // 8 + 1:02d}-{(number - 1) % 8 + 1:02d}"
        rack = f"{office.site}/{room}/{own}"
        office.racks.append((f"{office.site}/{room}", own, RACK_U, RACK_KW))
        office._free[rack] = (RACK_U, RACK_KW)
    free, kilowatts = office._free[rack]
    built = f"{rng.randint(2009, 2022)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    office.equipment.append((code, model, "", rack, RACK_U - free + 1, "front", "", _serial(rng), "", "", "", built, _unit(office)))
    # One unit of air stays free above, where the rack is tall enough.
    office._free[rack] = (free - min(free, height + 1), kilowatts - power_kw)


def mount(office: Office, label: str, model: str, cards: list[str], rng: random.Random) -> tuple[str, dict[str, Bank]]:
    """Put a chassis with ``cards`` into a rack; its code, and its ports by type."""
    number = 1 + sum(1 for row in office.equipment if row[0].startswith(f"{office.site}/{label}"))
    code = f"{office.site}/{label}{number:02d}"
    power_w = products()[model].power_w + sum(products()[card].power_w for card in cards)
    stand(office, code, model, "R0201", power_w / 1000 + 0.1, rng)
    banks: dict[str, Bank] = {}
    for slot, card in enumerate(cards, start=1):
        office.cards.append((code, f"0/{slot}", card, _serial(rng), "", ""))
        ports = product_ports()[card]
        frame = (code, len(ports), plain_name(f"0/{slot}/", 1, 0))
        banks.setdefault(ports[0].port_type, Bank()).frames.append(frame)
    return code, banks


def add_frames(office: Office, structure: str, rng: random.Random) -> None:
    """Frames for all strands and pairs that the feeders have taken, with a tenth to spare."""
    for number, count in enumerate(_frame_sizes(math.ceil(office.odf.taken * 1.1), (576, 288, 144, 72)), start=1):
        code = f"{office.site}/ODF{number:02d}"
        stand(office, code, f"ODF-{count}", "R0101", 0.0, rng)
        office.odf.frames.append((code, count, tray_name))
    for number, count in enumerate(_frame_sizes(math.ceil(office.mdf.taken * 1.1), (5000, 2000, 1000, 500)), start=1):
        code = f"{office.site}/MDF{number:02d}"
        office.equipment.append((code, f"MDF-{count}", structure, "", "", "", "总配线架", "", "", "", "", "2009-06-01", _unit(office)))
        office.mdf.frames.append((code, count, block_name))


def _frame_sizes(count: int, sizes: tuple[int, ...]) -> list[int]:
    """Frames that hold ``count``: the largest, then the smallest that holds the rest."""
    frames = [sizes[0]] * (count // sizes[0])
    rest = count - sum(frames)
    return [*frames, *([min(size for size in sizes if size >= rest)] if rest else [])]


def _serial(rng: random.Random) -> str:
    return f"SYN{rng.randrange(16**8):08X}"


def _unit(office: Office) -> str:
    return maintenance_code(office.town)


def maintenance_code(town: TownGround) -> str:
    """The unit that maintains a town's plant."""
    return f"{town.prefix}-YW"
