"""Services begin, hold things, give them up and end; only orders and imports do this."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import RuleError
from app.network.commands.tallies import TallyDelta
from app.services.commands.chains import add_code
from app.services.commands.reservations import Reserved, use_reservation
from app.services.models.services import HELD
from app.services.statements import sql

BROADBAND = ("ftth", "adsl", "vdsl", "lan")
SET = ("state", "started_on", "address_id", "rate_mbit")


@dataclass(frozen=True)
class HeldBy:
    """What a service holds now."""

    service_id: int
    circuit_id: int | None
    number_id: int | None
    vlan_id: int | None
    prefix_id: int | None = None


def add_service(session: Session, region_id: int, code: str, state: str, given: dict) -> int:
    """The key of a new service.

    Raises
    ------
    RuleError
        ``SERVICE_CODE_TAKEN``.
    """
    known = "SELECT 1 FROM service WHERE region_id = :region_id AND code_key = upper(btrim(normalize(CAST(:code AS text), NFKC)))"
    if session.execute(text(known), {"region_id": region_id, "code": code}).scalar():
        raise RuleError("SERVICE_CODE_TAKEN", "another service has this code", subject=code, next_step="choose another code")
    made = text(
        "INSERT INTO service (region_id, code, customer_id, address_id, product, rate_mbit, state)"
        " VALUES (:region_id, :code, :customer_id, :address_id, :product, :rate_mbit, :state) RETURNING id, code_key"
    )
    key, code_key = session.execute(made, {"region_id": region_id, "code": code, "state": state, **given}).one()
    add_code(session, region_id, "service", key, code, code_key)
    return key


def drop_service(session: Session, region_id: int, key: int) -> None:
    """Take away a service that never lived and holds nothing."""
    given = {"region_id": region_id, "id": key}
    session.execute(text("DELETE FROM code_index WHERE region_id = :region_id AND kind = 'service' AND id = :id"), given)
    session.execute(text("DELETE FROM service WHERE region_id = :region_id AND id = :id AND state = 'reserved'"), given)


def set_service(session: Session, region_id: int, key: int, **values) -> None:
    """Give a service other values, of the columns in ``SET``."""
    if unknown := set(values) - set(SET):
        raise ValueError(f"{sorted(unknown)} are not set here")
    named = ", ".join(f"{name} = :{name}" for name in values)
    change = text(f"UPDATE service SET {named} WHERE region_id = :region_id AND id = :id")  # noqa: S608 - names of ours
    session.execute(change, {"region_id": region_id, "id": key, **values})


def end_service(session: Session, region_id: int, key: int, on: date, reason: str | None) -> None:
    """End a service; it never ends before it began."""
    ended = text(
        "UPDATE service SET state = 'terminated', ended_on = greatest(:on, started_on), end_reason = :reason"
        " WHERE region_id = :region_id AND id = :id"
    )
    session.execute(ended, {"region_id": region_id, "id": key, "on": on, "reason": reason})


def take_over(session: Session, region_id: int, reservation: str, service_id: int, now: datetime) -> Reserved:
    """What a reservation held, for a service; its circuit gets the name of the service's line."""
    held = use_reservation(session, region_id, reservation, now)
    if held.circuit_id:
        given = {"region_id": region_id, "id": held.circuit_id, "service_id": service_id}
        session.execute(sql("name_circuit"), given)
        session.execute(sql("index_circuit"), given)
    return held


def hold(session: Session, region_id: int, service_id: int, held: Reserved, on: date) -> None:
    """From now on a service holds what a reservation held."""
    for column in HELD:
        key = getattr(held, column)
        if key:
            row = f"INSERT INTO service_resource (region_id, service_id, {column}, started_on) VALUES (:region_id, :service_id, :key, :on)"  # noqa: S608
            session.execute(text(row), {"region_id": region_id, "service_id": service_id, "key": key, "on": on})


def read_held(session: Session, region_id: int, service_id: int) -> HeldBy:
    """What a service holds now."""
    found = text(
        "SELECT max(circuit_id), max(number_id), max(vlan_id), max(prefix_id) FROM service_resource"
        " WHERE region_id = :region_id AND service_id = :id AND ended_on IS NULL"
    )
    return HeldBy(service_id, *session.execute(found, {"region_id": region_id, "id": service_id}).one())


def let_go(session: Session, region_id: int, held: HeldBy, on: date, *, keeps_number: bool, keeps_vlan: bool) -> None:
    """End what a service holds, but for what it keeps."""
    keys = [held.circuit_id, None if keeps_number else held.number_id, None if keeps_vlan else held.vlan_id, held.prefix_id]
    for column, key in zip(HELD, keys, strict=True):
        if key:
            ended = (
                f"UPDATE service_resource SET ended_on = greatest(:on, started_on)"  # noqa: S608 - names of ours
                f" WHERE region_id = :region_id AND service_id = :service_id AND {column} = :key AND ended_on IS NULL"
            )
            session.execute(text(ended), {"region_id": region_id, "service_id": held.service_id, "key": key, "on": on})


def home_deltas(session: Session, region_id: int, address_id: int | None, product: str, count: int) -> list[TallyDelta]:
    """What one more or one less live service at an address changes in the homes of its building; call it before the service changes.

    The building is locked: two services of one building that begin at once are counted one after the other.
    """
    if address_id is None or product not in BROADBAND:
        return []
    row = session.execute(sql("lock_building"), {"region_id": region_id, "id": address_id}).one()
    connected = session.execute(sql("count_connected"), {"region_id": region_id, "id": row.id}).scalar_one()
    tallies = session.execute(sql("homes_of_building"), {"region_id": region_id, "id": row.id}).all()
    deltas = []
    for kind, installed in tallies:
        added = min(connected + count, installed) - min(connected, installed)
        if added:
            deltas.append(TallyDelta(kind, row.id, in_use=added))
    return deltas
