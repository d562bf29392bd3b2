"""Who has a thing now: what a lost race names."""

from sqlalchemy.orm import Session

from app.core.prepared import ask
from app.services.statements import sql


def find_holder(
    session: Session,
    region_id: int,
    *,
    conductor_id: int | None = None,
    port_id: int | None = None,
    number_id: int | None = None,
    vlan_id: int | None = None,
) -> str | None:
    """The code of the reservation (with its owner), service or circuit that has a thing; None where nobody has."""
    given = {"conductor_id": conductor_id, "port_id": port_id, "number_id": number_id, "vlan_id": vlan_id}
    return ask(session, sql("holder_of_member"), {"region_id": region_id, **given}).scalar()
