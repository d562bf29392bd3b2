"""What the steps of orders do. A step that changes the network does all of it in its caller's transaction, tallies last and once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import RuleError
from app.network.commands.tallies import TallyDelta, change_tallies
from app.network.queries.codes import find_of_kind
from app.operations.design import Wish, design_line, pack_line, unpack_chain
from app.operations.lines import Asked
from app.operations.qualification import ask_at_address_id, pool_of, product_named, qualify
from app.operations.rules.lines import NoLineError
from app.operations.statements import sql
from app.services.commands.chains import give_back_chains, join_chain, lock_held, part_chain, set_chain_use
from app.services.commands.pools import free_numbers, free_vlans
from app.services.commands.reservations import Purpose, find_reservation, release, reserve
from app.services.commands.services import (
    HeldBy,
    add_service,
    drop_service,
    end_service,
    hold,
    home_deltas,
    let_go,
    read_held,
    set_service,
    take_over,
)
from app.services.rules.chains import Chain
from app.services.rules.limits import limit

LIVE = ("active", "suspended")
# A reservation of an order outlives the order's own limits by the days of any other.
ORDER_DAYS = 30


@dataclass
class Work:
    """An order at work: its row, who does the step, and when."""

    session: Session
    region_id: int
    row: dict[str, Any]
    actor: str
    now: datetime

    @property
    def id(self) -> int:
        """Key of the order."""
        return self.row["id"]

    @property
    def code(self) -> str:
        """Code of the order."""
        return self.row["code"]

    @property
    def wish(self) -> dict:
        """What was wished for beside the columns."""
        return self.row["wish"] or {}

    def asked(self) -> Asked:
        """The question of where to deliver what."""
        return ask_at_address_id(self.session, self.region_id, self.row["address_id"], self.row["product"], self.row["rate_mbit"])


def _design_wish(work: Work) -> Wish:
    def key_of(code: str, kind: str) -> int:
        return find_of_kind(work.session, work.region_id, code, kind)[0].id

    ports = tuple(key_of(code, "port") for code in work.wish.get("ports") or ())
    apart = work.wish.get("apart_from")
    is_same = work.row["kind"] in ("move", "restore")
    return Wish(ports, key_of(apart, "service") if apart else None, work.wish.get("number"), keeps_number=is_same)


def survey_line(work: Work) -> str:
    """Ask whether the place can be served."""
    answer = qualify(work.session, work.region_id, work.asked(), 1)
    if answer.verdict == "no":
        raise NoLineError(answer.asked.address, answer.best.reasons)
    return answer.verdict


def design_install(work: Work) -> str:
    """Choose the chain; one that was reserved before the order stays."""
    if work.row["reservation_id"]:
        return "reserved before"
    line = design_line(work.session, work.region_id, work.asked(), _design_wish(work))
    work.row["design"] = pack_line(line)
    return f"{line.access} - {line.head}"


def reserve_install(work: Work) -> str:
    """Reserve the chain that was designed, and open the service."""
    code = _reserve_design(work)
    if work.row["service_id"] is None:
        name = work.wish.get("service") or f"SV-{work.id:06d}"
        given = {name: work.row[name] for name in ("customer_id", "address_id", "product", "rate_mbit")}
        work.row["service_id"] = add_service(work.session, work.region_id, name, "reserved", given)
    return code


def _reserve_design(work: Work) -> str:
    if work.row["reservation_id"]:
        return _reservation_code(work)
    until = work.now + timedelta(days=ORDER_DAYS + limit("reserved_days"))
    purpose = Purpose(work.actor, work.code, until, work.row["product"], work.row["customer_id"], work.row["address_id"])
    held = reserve(work.session, work.region_id, unpack_chain(work.row["design"]), purpose, work.now)
    work.row["reservation_id"] = held.id
    return held.code


def _reservation_code(work: Work) -> str:
    found = "SELECT code FROM reservation WHERE region_id = :region_id AND id = :id"
    return work.session.execute(text(found), {"region_id": work.region_id, "id": work.row["reservation_id"]}).scalar_one()


def activate_install(work: Work) -> str:
    """The service lives: joints are made, everything that it holds is in use."""
    deltas = _put_in(work)
    deltas += home_deltas(work.session, work.region_id, work.row["address_id"], work.row["product"], 1)
    set_service(work.session, work.region_id, work.row["service_id"], state="active", started_on=work.now.date())
    change_tallies(work.session, work.region_id, deltas)
    return "active"


def _put_in(work: Work) -> list[TallyDelta]:
    """The reserved chain becomes the service's own."""
    session, region_id = work.session, work.region_id
    held = take_over(session, region_id, _reservation_code(work), work.row["service_id"], work.now)
    deltas = []
    if held.circuit_id:
        deltas += set_chain_use(session, region_id, held.circuit_id, "in_use")
        join_chain(session, region_id, held.circuit_id)
    if held.number_id:
        deltas += free_numbers(session, region_id, [held.number_id], "in_use")
    if held.vlan_id:
        deltas += free_vlans(session, region_id, [held.vlan_id], "in_use")
    hold(session, region_id, work.row["service_id"], held, work.now.date())
    return deltas


def design_remove(work: Work) -> str:
    """Tell what will be given back."""
    held = _held(work)
    work.row["design"] = {"removes": {"circuit_id": held.circuit_id, "number_id": held.number_id, "vlan_id": held.vlan_id}}
    return "chain noted"


def _held(work: Work) -> HeldBy:
    return read_held(work.session, work.region_id, work.row["service_id"])


def reserve_remove(work: Work) -> str:
    """What the service holds is being given up."""
    held = _held(work)
    if held.circuit_id:
        change_tallies(work.session, work.region_id, set_chain_use(work.session, work.region_id, held.circuit_id, "releasing"))
    return "releasing"


def activate_remove(work: Work) -> str:
    """The service ends: jumpers are taken away, ports and strands are idle, its number rests."""
    service, held = _service(work), _held(work)
    _lock_for(work, held)
    deltas = _take_out(work, held, keeps_number=False, keeps_vlan=False)
    if service.state in LIVE:
        deltas += home_deltas(work.session, work.region_id, service.address_id, service.product, -1)
    end_service(work.session, work.region_id, service.id, work.now.date(), work.wish.get("reason"))
    change_tallies(work.session, work.region_id, deltas)
    return "terminated"


def _service(work: Work):
    found = "SELECT * FROM service WHERE region_id = :region_id AND id = :id FOR NO KEY UPDATE"
    return work.session.execute(text(found), {"region_id": work.region_id, "id": work.row["service_id"]}).one()


def _lock_for(work: Work, held: HeldBy) -> None:
    """Lock what the service gives back together with what its order has reserved for it."""
    coming = find_reservation(work.session, work.region_id, _reservation_code(work), locks=True) if work.row["reservation_id"] else None
    both = [one for one in (held, coming) if one]
    names = ("circuit_id", "number_id", "vlan_id")
    lock_held(work.session, work.region_id, *([getattr(one, name) for one in both] for name in names))


def _take_out(work: Work, held: HeldBy, *, keeps_number: bool, keeps_vlan: bool) -> list[TallyDelta]:
    session, region_id, deltas = work.session, work.region_id, []
    if held.circuit_id:
        part_chain(session, region_id, held.circuit_id)
        deltas += give_back_chains(session, region_id, [held.circuit_id], is_known=True)
    if held.number_id and not keeps_number:
        deltas += free_numbers(session, region_id, [held.number_id], "ageing", work.now.date() + timedelta(days=limit("ageing_days")))
    if held.vlan_id and not keeps_vlan:
        deltas += free_vlans(session, region_id, [held.vlan_id])
    let_go(session, region_id, held, work.now.date(), keeps_number=keeps_number, keeps_vlan=keeps_vlan)
    return deltas


def activate_move(work: Work) -> str:
    """The service goes over to its new chain; what it held before is free."""
    service, held = _service(work), _held(work)
    _lock_for(work, held)
    deltas = _take_out(work, held, keeps_number=True, keeps_vlan=False)
    deltas += _put_in(work)
    if service.state in LIVE and service.address_id != work.row["address_id"]:
        deltas += home_deltas(work.session, work.region_id, service.address_id, service.product, -1)
        deltas += home_deltas(work.session, work.region_id, work.row["address_id"], service.product, 1)
    set_service(work.session, work.region_id, service.id, address_id=work.row["address_id"])
    change_tallies(work.session, work.region_id, deltas)
    return "moved"


def survey_change(work: Work) -> str:
    """Whether the line bears the new rate."""
    uplink = work.session.execute(sql("uplink_of_service"), {"region_id": work.region_id, "id": work.row["service_id"]}).one_or_none()
    wanted = work.row["rate_mbit"] or 0
    if uplink is not None and uplink.spare is not None and uplink.spare < wanted - (_service(work).rate_mbit or 0):
        raise RuleError(
            "UPLINK_FULL", "the uplink has too little to spare", subject=uplink.code, found=f"{uplink.spare:.0f}", expected=f"{wanted:g}"
        )
    return "fits"


def activate_change(work: Work) -> str:
    """The service has another rate, and another number where one was wished for."""
    deltas = []
    if work.row["reservation_id"]:
        held = _held(work)
        deltas = _take_out(work, HeldBy(held.service_id, None, held.number_id, None), keeps_number=False, keeps_vlan=True)
        deltas += _put_in(work)
    set_service(work.session, work.region_id, work.row["service_id"], rate_mbit=work.row["rate_mbit"])
    change_tallies(work.session, work.region_id, deltas)
    return "changed"


def reserve_change(work: Work) -> str | None:
    """A new number is reserved where one was wished for."""
    if not work.wish.get("number"):
        return None
    found = work.session.execute(sql("head_of_service"), {"region_id": work.region_id, "id": work.row["service_id"]}).scalar()
    product = product_named(work.row["product"])
    number, _ = pool_of(work.session, work.region_id, product, found, work.wish["number"], locks=True) if found else (None, None)
    if number is None:
        raise RuleError("NO_NUMBER", "no free number fits", subject=work.code, found=work.wish["number"], next_step="choose another rule")
    purpose = Purpose(work.actor, work.code, None, work.row["product"], work.row["customer_id"], work.row["address_id"])
    held = reserve(work.session, work.region_id, Chain(number_id=number.id), purpose, work.now)
    work.row["reservation_id"] = held.id
    return number.digits


def design_restore(work: Work) -> str:
    """A line that has failed gets another way; one that was only suspended keeps its own."""
    return design_install(work) if work.wish.get("rebuilds") else "keeps its line"


def reserve_restore(work: Work) -> str | None:
    """Reserve the other way."""
    return _reserve_design(work) if work.wish.get("rebuilds") else None


def activate_restore(work: Work) -> str:
    """The service lives again, over another way where its own had failed."""
    if work.wish.get("rebuilds"):
        held = _held(work)
        _lock_for(work, held)
        deltas = _take_out(work, held, keeps_number=True, keeps_vlan=False) + _put_in(work)
        change_tallies(work.session, work.region_id, deltas)
    set_service(work.session, work.region_id, work.row["service_id"], state="active")
    return "restored"


def close_line(work: Work) -> str:
    """An order closes only where the records hold what it wanted."""
    state = _service(work).state
    wanted = "terminated" if work.row["kind"] == "remove" else "active"
    if state != wanted and not (state == "suspended" and work.row["kind"] in ("move", "change")):
        raise RuleError("ORDER_UNDONE", "the service is not what the order wants", subject=work.code, found=state, expected=wanted)
    return state


def undo_install(work: Work) -> None:
    """Free what an order has reserved; a service that never lived goes too."""
    _release(work)
    service_id = work.row["service_id"]
    if service_id and work.row["kind"] == "install":
        work.row["service_id"] = None
        clear = text("UPDATE work_order SET service_id = NULL WHERE region_id = :region_id AND id = :id")
        work.session.execute(clear, {"region_id": work.region_id, "id": work.id})
        drop_service(work.session, work.region_id, service_id)


def _release(work: Work) -> None:
    if work.row["reservation_id"]:
        found = "SELECT code, state FROM reservation WHERE region_id = :region_id AND id = :id"
        row = work.session.execute(text(found), {"region_id": work.region_id, "id": work.row["reservation_id"]}).one()
        if row.state == "held":
            release(work.session, work.region_id, row.code, work.now)
        work.row["reservation_id"] = None


def undo_remove(work: Work) -> None:
    """What was being given up is in use as before."""
    held = _held(work)
    using = "SELECT use FROM circuit WHERE region_id = :region_id AND id = :id"
    if held.circuit_id and work.session.execute(text(using), {"region_id": work.region_id, "id": held.circuit_id}).scalar() == "releasing":
        change_tallies(work.session, work.region_id, set_chain_use(work.session, work.region_id, held.circuit_id, "in_use"))


EFFECTS: dict[tuple[str, str], Callable[[Work], str | None]] = {
    ("install", "survey"): survey_line, ("install", "design"): design_install, ("install", "reserve"): reserve_install,
    ("install", "activate"): activate_install, ("install", "close"): close_line,
    ("remove", "design"): design_remove, ("remove", "reserve"): reserve_remove, ("remove", "activate"): activate_remove,
    ("remove", "close"): close_line,
    ("move", "survey"): survey_line, ("move", "design"): design_install, ("move", "reserve"): _reserve_design,
    ("move", "activate"): activate_move, ("move", "close"): close_line,
    ("change", "survey"): survey_change, ("change", "reserve"): reserve_change, ("change", "activate"): activate_change,
    ("change", "close"): close_line,
    ("restore", "design"): design_restore, ("restore", "reserve"): reserve_restore, ("restore", "activate"): activate_restore,
    ("restore", "close"): close_line,
}  # fmt: skip
CANCELLED: dict[str, Callable[[Work], None]] = {
    "install": undo_install, "move": undo_install, "restore": undo_install, "change": undo_install, "remove": undo_remove,
}  # fmt: skip
