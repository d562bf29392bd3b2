"""Can this place be served, by what, how well, and what is missing (domain.md Q3, Q4)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.core.errors import InputError, NotFoundError
from app.core.prepared import ask
from app.network.queries.codes import full_codes, resolve_code
from app.operations.copper_lines import find_copper_lines, find_lan_lines
from app.operations.fibre_lines import find_pon_lines
from app.operations.leased_lines import find_leased_lines
from app.operations.lines import FULL, Asked, Known, Search, list_access_points, list_all_access_points, start_line
from app.operations.rules.lines import VERDICTS, Line, Product, Reason, products, rank
from app.operations.statements import sql
from app.services.commands.pools import PooledNumber, PooledVlan, next_numbers, next_vlans, pick_number, pick_vlan

MOST_ALTERNATIVES = 10
# What has an address.
LIVED_AT = ("address", "customer")
# So many access points are looked at for an answer of k lines.
POINTS_EACH = 2
NEAR_POINTS = 4
# Beyond the reach of a product, plant may be built so far along the ground.
BUILD_REACH_M = 3000.0
BUILD_POINTS = 1


@dataclass(frozen=True)
class Answer:
    """``verdict`` is that of the best line; ``lines`` are the best first, at least one."""

    asked: Asked
    lines: tuple[Line, ...]

    @property
    def verdict(self) -> str:
        """``yes``, ``works`` or ``no``."""
        return self.lines[0].verdict

    @property
    def best(self) -> Line:
        """The line that is offered."""
        return self.lines[0]


def product_named(name: str) -> Product:
    """The product of this name.

    Raises
    ------
    InputError
        ``PRODUCT_UNKNOWN``.
    """
    if name not in products():
        raise InputError("PRODUCT_UNKNOWN", "there is no such product", found=name, expected=", ".join(products()))
    return products()[name]


def ask_at_address(session: Session, region_id: int, code: str, product: str, rate_mbit: float | None = None) -> Asked:
    """The question for an address, or for a customer where he lives.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN``; ``ADDRESS_UNKNOWN`` for a customer whose address is not known.
    InputError
        ``NOT_AN_ADDRESS``; ``PRODUCT_UNKNOWN``.
    """
    hits = [hit for hit in resolve_code(session, region_id, code) if hit.kind in LIVED_AT]
    if not hits:
        raise InputError(
            "NOT_AN_ADDRESS", "the code names neither an address nor a customer", found=code, next_step="name a unit: BUILDING/UNIT"
        )
    return ask_at_thing(session, region_id, (hits[0].kind, hits[0].id), product, rate_mbit)


def ask_at_thing(session: Session, region_id: int, thing: tuple[str, int], product: str, rate_mbit: float | None = None) -> Asked:
    """The same for an address or customer by kind and key."""
    (asked,) = ask_at_things(session, region_id, [thing], product, rate_mbit)
    if isinstance(asked, NotFoundError):
        raise asked
    return asked


def ask_at_address_id(session: Session, region_id: int, address_id: int, product: str, rate_mbit: float | None = None) -> Asked:
    """The same for an address by key."""
    return ask_at_thing(session, region_id, ("address", address_id), product, rate_mbit)


def ask_at_things(
    session: Session, region_id: int, things: Sequence[tuple[str, int]], product: str, rate_mbit: float | None = None
) -> list[Asked | NotFoundError]:
    """The questions for several of them, or why one can't be asked: ``ADDRESS_UNKNOWN``. At most three statements."""
    wanted, customers = product_named(product), sorted({key for kind, key in things if kind == "customer"})
    lived_at: dict[tuple[str, int], int] = {("address", key): key for kind, key in things if kind == "address"}
    if customers:
        rows = ask(session, sql("addresses_of_customers"), {"region_id": region_id, "ids": customers})
        lived_at |= {("customer", row.customer_id): row.address_id for row in rows}
    rows = {row.id: row for row in ask(session, sql("asked_address"), {"region_id": region_id, "ids": sorted(set(lived_at.values()))})}
    codes = full_codes(session, region_id, [("customer", key) for key in customers if ("customer", key) not in lived_at])
    found: list[Asked | NotFoundError] = []
    for thing in things:
        row = rows.get(lived_at.get(thing))
        found.append(_unknown_address(thing, codes) if row is None else Asked(row.lon, row.lat, wanted, rate_mbit, row.id, row.code))
    return found


def _unknown_address(thing: tuple[str, int], codes: dict[tuple[str, int], str]) -> NotFoundError:
    if thing[0] == "address":
        return NotFoundError("ADDRESS_UNKNOWN", "there is no such address", found=thing[1])
    told = {"subject": codes.get(thing), "next_step": "name the address itself"}
    return NotFoundError("ADDRESS_UNKNOWN", "no address of the customer is known", **told)


def qualify(session: Session, region_id: int, asked: Asked, most: int = 3) -> Answer:
    """The best ``most`` lines for a place, or why there is none. About ten statements, whatever the plant."""
    if not 1 <= most <= MOST_ALTERNATIVES:
        raise InputError("COUNT_IMPOSSIBLE", "so many lines can't be told", found=most, expected=f"1 to {MOST_ALTERNATIVES}")
    best = find_best(Search(session, region_id, known=Known()), asked, most)
    heads = _read_heads(session, region_id, asked.product, best)
    return Answer(asked, rank([_complete(asked, line, heads) for line in best], most))


def qualify_all(session: Session, region_id: int, places: Sequence[Asked]) -> list[Answer]:
    """The best line for each of several places at which one product and rate are asked for, as ``qualify`` tells it.

    All places together take about as many statements as one does: what their lines pass is read at once, and then looked at one by one.
    """
    if not places:
        return []
    search = Search(session, region_id, known=Known())
    near = list_all_access_points(search, places, NEAR_POINTS)
    far = iter(_list_beyond(search, [asked for asked, points in zip(places, near, strict=True) if not points]))
    thin = replace(search, is_thin=True)
    _read_at_once(thin, places[0], [point for points in near for point in points])
    lacking = [_more(find_lines(thin, asked, points), points) for asked, points in zip(places, near, strict=True) if points]
    _read_at_once(search, places[0], [point for points in lacking for point in points])
    best = [
        find_best(search, asked, 1, points)[0] if points else _beyond(asked, next(far)) for asked, points in zip(places, near, strict=True)
    ]
    heads = _read_heads(session, region_id, places[0].product, best)
    return [Answer(asked, (_complete(asked, line, heads),)) for asked, line in zip(places, best, strict=True)]


def _read_at_once(search: Search, asked: Asked, points: Sequence) -> None:
    """Let the search know what lines from these access points pass."""
    once = {point.id: point for point in points}
    if once:
        find_lines(search, asked, [once[key] for key in sorted(once)])


def find_best(search: Search, asked: Asked, most: int, near: Sequence | None = None) -> tuple[Line, ...]:
    """The best line of each of the best access points, at least one; numbers, VLANs and headroom are not looked at.

    ``near`` are the access points as ``list_access_points`` gives them, where they are known.
    """
    looked_at = max(NEAR_POINTS, POINTS_EACH * most)
    points = list_access_points(search, asked, looked_at) if near is None else near[:looked_at]
    lines = _find_frugally(search, asked, points) if points else [_beyond(asked, _list_beyond(search, [asked])[0])]
    return rank(_one_each(lines), most)


def _find_frugally(search: Search, asked: Asked, points: Sequence) -> list[Line]:
    """Lines from these access points: of two ports each, and of more where the two will not do but others may, or none does."""
    lines = find_lines(replace(search, is_thin=True), asked, points)
    more = _more(lines, points)
    return lines + find_lines(search, asked, more) if more else lines


def _more(lines: Sequence[Line], points: Sequence) -> list:
    """The access points of which more than two ports have to be looked at, after these lines."""
    done = {line.access_id for line in lines if line.verdict == "yes"}
    promising = {line.access_id for line in lines if line.hops and not any(reason.code in FULL for reason in line.reasons)} - done
    # Where every line found is full, a box may still have a third way.
    return [point for point in points if point.id in promising] if done else list(points)


def find_lines(search: Search, asked: Asked, points: Sequence) -> list[Line]:
    """The lines of these access points, by the shape of the product."""
    shape = asked.product.shape
    if shape == "pon":
        return find_pon_lines(search, points)
    if shape == "copper":
        return find_copper_lines(search, asked, points)
    if shape == "lan":
        return find_lan_lines(search, asked, points)
    return find_leased_lines(search, asked, points)


def _one_each(lines: Sequence[Line]) -> list[Line]:
    """The best line of each access point, of its terminals the first: alternatives are other places, not other terminals."""
    found: dict[int, Line] = {}
    for line in lines:
        kept = found.setdefault(line.access_id, line)
        if (VERDICTS.index(line.verdict), line.patches) < (VERDICTS.index(kept.verdict), kept.patches):
            found[line.access_id] = line
    return list(found.values())


def _beyond(asked: Asked, points: Sequence) -> Line:
    """What would have to be built where no access point is in reach, from what ``_list_beyond`` tells."""
    if not points:
        return Line(0, "", False, 0.0, asked.lon, asked.lat, reasons=(Reason("NOT_SOLD", {"product": asked.product.product}),))
    line = start_line(points[0], Reason("NO_ACCESS_POINT", {"metres": round(asked.product.reach_m)}, points[0].drop_m))
    return replace(line, reasons=(*line.reasons, Reason("WAY_ENDS", {"access": points[0].code, "at": points[0].code}, points[0].drop_m)))


def _list_beyond(search: Search, places: Sequence[Asked]) -> list[list]:
    """The access points up to which plant may be built, for each place."""
    if not places:
        return []
    wide = [replace(asked, product=replace(asked.product, reach_m=BUILD_REACH_M)) for asked in places]
    return list_all_access_points(search, wide, BUILD_POINTS)


@dataclass(frozen=True)
class _Head:
    """What the equipment at the head of lines has to spare: a row of ``headroom.sql``, and the next free number and VLAN."""

    room: object
    number: PooledNumber | None
    vlan: PooledVlan | None


def _read_heads(session: Session, region_id: int, product: Product, lines: Sequence[Line]) -> dict[int, _Head]:
    """The heads of lines, by key."""
    keys = sorted({line.head_id for line in lines if line.head_id})
    if not keys:
        return {}
    rooms = {row.id: row for row in ask(session, sql("headroom"), {"region_id": region_id, "heads": keys})}
    numbers, vlans = {}, {}
    if product.has_number:
        numbers = next_numbers(session, region_id, _offices_of(session, region_id, keys))
    if product.has_vlan:
        vlans = next_vlans(session, region_id, keys)
    return {key: _Head(rooms.get(key), numbers.get(key), vlans.get(key)) for key in keys}


def _offices_of(session: Session, region_id: int, heads: Sequence[int]) -> dict[int, list[int]]:
    """The nearest switch offices (keys) that give numbers to lines of each of these heads; a head that has none is left out."""
    found: dict[int, list] = {}
    for row in ask(session, sql("offices_of_heads"), {"region_id": region_id, "heads": list(heads)}):
        found.setdefault(row.head_id, []).append(row)
    return {head: [row.id for row in rows if row.place == rows[0].place] for head, rows in found.items()}


def pool_of(session: Session, region_id: int, product: Product, head_id: int, like: str | None = None, *, locks: bool = False):
    """The next free number and VLAN for a line of this head; None for what it needs not, or where there is none."""
    number = vlan = None
    if product.has_number:
        offices = _offices_of(session, region_id, [head_id]).get(head_id)
        number = pick_number(session, region_id, offices, like, locks=locks) if offices else None
    if product.has_vlan:
        vlan = pick_vlan(session, region_id, head_id, locks=locks)
    return number, vlan


def _complete(asked: Asked, line: Line, heads: dict[int, _Head]) -> Line:
    """The line with what its head has to spare, a number and a VLAN."""
    if line.head_id is None:
        return line
    head = heads[line.head_id]
    room, number, vlan = head.room, head.number, head.vlan
    reasons = list(line.reasons)
    if asked.product.has_number and number is None:
        reasons.append(Reason("NO_NUMBER", {"at": line.head}))
    if asked.product.has_vlan and vlan is None:
        reasons.append(Reason("NO_VLAN", {"at": line.head}))
    uplink = None if room is None or room.uplink_mbit is None else float(room.uplink_mbit - room.peak_mbit)
    power = None if room is None or room.rated_a is None else float(room.rated_a - room.used_a)
    if uplink is not None and uplink < (asked.rate_mbit or 0):
        reasons.append(Reason("UPLINK_FULL", {"at": line.head, "spare": f"{uplink:.0f}", "rate": f"{asked.rate_mbit:g}"}))
    if power is not None and power <= 0:
        reasons.append(Reason("POWER_FULL", {"at": line.head, "spare": f"{power:.0f}"}))
    return replace(
        line, number=number.digits if number else None, vlan=vlan.code if vlan else None, uplink_spare_mbit=uplink, power_spare_a=power,
        reasons=tuple(reasons),
    )  # fmt: skip


def read_geometry(session: Session, region_id: int, asked: Asked, line: Line) -> dict:
    """The line over the ground as GeoJSON, EPSG:4490: the segments passed, and the drop from the access point."""
    segments = [hop.segment_id for hop in line.hops if hop.segment_id]
    features = [_feature({"type": "LineString", "coordinates": [[asked.lon, asked.lat], [line.lon, line.lat]]}, part="drop")]
    if segments:
        for row in ask(session, sql("line_geometry"), {"region_id": region_id, "segments": segments}):
            codes = [hop.code for hop in line.hops if hop.segment_id == row.segment_id]
            features.append(_feature(json.loads(row.geometry), part="plant", code=codes[0]))
    features.append(_feature({"type": "Point", "coordinates": [asked.lon, asked.lat]}, part="place", code=asked.address))
    features.append(_feature({"type": "Point", "coordinates": [line.lon, line.lat]}, part="access", code=line.access))
    return {"type": "FeatureCollection", "features": features}


def _feature(geometry: dict, **properties) -> dict:
    return {"type": "Feature", "geometry": geometry, "properties": properties}
