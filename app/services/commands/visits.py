"""Hand addresses over to whoever visits them, and keep what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.rules import build_login_key
from app.core.errors import AccessError, InputError, NotFoundError, RuleError
from app.services.models.visits import OUTCOMES, VISIT_STATES

NOTE_LENGTH_MAX = 500
MOST_LISTED = 500
# Visits inside an area; no area is the whole region.
_INSIDE = "(CAST(:grids AS bigint[]) IS NULL OR b.grid_id = ANY(CAST(:grids AS bigint[])))"


@dataclass(frozen=True)
class Seller:
    """Who asks: their login, the grids that they may see (None for all), and whether they hand visits over to others."""

    region_id: int
    login: str
    grids: tuple[int, ...] | None
    may_hand: bool

    @property
    def given(self) -> dict:
        """What statements take."""
        grids = None if self.grids is None else list(self.grids)
        return {"region_id": self.region_id, "login": self.login, "grids": grids, "may_hand": self.may_hand}


def hand_over(
    session: Session, seller: Seller, owner: str, product: str, places: Sequence[tuple[int, str]], now: datetime
) -> int:
    """The number of visits that were handed to the owner; an address that another has visited open meanwhile is left out.

    Parameters
    ----------
    places
        Keys of addresses, each with the code of the access point that has something idle for it.

    Raises
    ------
    InputError
        ``NOTHING_TO_VISIT``.
    NotFoundError
        ``OWNER_UNKNOWN`` where nobody who is active has this login.
    """
    if not places:
        raise InputError("NOTHING_TO_VISIT", "No address is left to visit there.", next_step="Choose another area or product.")
    sql = text("SELECT login FROM app_user WHERE login_key = :key AND is_active")
    found = session.execute(sql, {"key": build_login_key(owner)}).scalar()
    if found is None:
        raise NotFoundError("OWNER_UNKNOWN", "Nobody has this login.", found=owner[:60], next_step="Choose somebody who may sign in.")
    addresses, accesses = (list(part) for part in zip(*sorted(places), strict=True))
    values = {**seller.given, "owner": found, "product": product, "addresses": addresses, "accesses": accesses, "now": now}
    return session.execute(
        text("INSERT INTO visit (region_id, address_id, product, access, owner, state, handed_by, handed_at)"
             " SELECT :region_id, w.address_id, :product, w.access, :owner, 'open', :login, :now"
             " FROM unnest(CAST(:addresses AS bigint[]), CAST(:accesses AS text[])) AS w (address_id, access)"
             " ON CONFLICT (region_id, address_id) WHERE state = 'open' DO NOTHING"), values,
    ).rowcount  # fmt: skip


def close_visit(session: Session, seller: Seller, visit_id: int, outcome: str, note: str | None, now: datetime) -> None:
    """Keep what came of a visit: won, lost, or later. Its owner does, or who hands visits over.

    Raises
    ------
    InputError
        ``OUTCOME_UNKNOWN``, ``NOTE_LONG``.
    NotFoundError
        ``VISIT_UNKNOWN``, also outside the caller's area.
    AccessError
        ``VISIT_OF_ANOTHER``.
    RuleError
        ``VISIT_CLOSED``.
    """
    if outcome not in OUTCOMES:
        raise InputError("OUTCOME_UNKNOWN", "There is no such outcome.", found=outcome[:20], expected=", ".join(OUTCOMES))
    if note and len(note) > NOTE_LENGTH_MAX:
        raise InputError("NOTE_LONG", "The note is too long.", found=len(note), expected=f"at most {NOTE_LENGTH_MAX} letters")
    sql = f"""
        SELECT v.owner, v.state, v.closed_by FROM visit v
        JOIN address a ON a.region_id = :region_id AND a.id = v.address_id
        JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
        WHERE v.region_id = :region_id AND v.id = :id AND {_INSIDE} FOR UPDATE OF v"""  # noqa: S608 - a part of ours
    row = session.execute(text(sql), {**seller.given, "id": visit_id}).one_or_none()
    if row is None:
        raise NotFoundError("VISIT_UNKNOWN", "There is no such visit.", subject=str(visit_id))
    if row.owner != seller.login and not seller.may_hand:
        raise AccessError("VISIT_OF_ANOTHER", "This visit was handed to somebody else.", subject=str(visit_id))
    if row.state != "open":
        told = f"{row.state}, {row.closed_by}"
        raise RuleError("VISIT_CLOSED", "The outcome of this visit is kept already.", subject=str(visit_id), found=told)
    session.execute(
        text("UPDATE visit SET state = :state, note = :note, closed_by = :login, closed_at = :now"
             " WHERE region_id = :region_id AND id = :id"),
        {**seller.given, "id": visit_id, "state": outcome, "note": (note or "").strip() or None, "now": now},
    )


def list_visits(session: Session, seller: Seller, state: str | None = None) -> Sequence:
    """The newest visits inside the caller's area: their own, and all of them for who hands visits over.

    Raises
    ------
    InputError
        ``STATE_UNKNOWN``.
    """
    if state not in (None, *VISIT_STATES):
        raise InputError("STATE_UNKNOWN", "There is no such state.", found=state, expected=", ".join(VISIT_STATES))
    sql = f"""
        SELECT v.*, b.code || '/' || a.code AS address, g.code AS grid_code, g.name_zh, g.name_en
        FROM visit v
        JOIN address a ON a.region_id = :region_id AND a.id = v.address_id
        JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
        LEFT JOIN grid g ON g.region_id = :region_id AND g.id = b.grid_id
        WHERE v.region_id = :region_id AND (v.owner = :login OR :may_hand) AND {_INSIDE}
          AND (CAST(:state AS text) IS NULL OR v.state = :state)
        ORDER BY v.state <> 'open', v.id DESC LIMIT {MOST_LISTED}"""  # noqa: S608 - parts of ours
    return session.execute(text(sql), {**seller.given, "state": state}).all()


def count_outcomes(session: Session, seller: Seller) -> Sequence:
    """By owner and product the visits in each state; inside the caller's area, and what they may see of it."""
    sql = f"""
        SELECT v.owner, v.product, count(*) AS handed, count(*) FILTER (WHERE v.state = 'open') AS open,
               count(*) FILTER (WHERE v.state = 'won') AS won, count(*) FILTER (WHERE v.state = 'lost') AS lost,
               count(*) FILTER (WHERE v.state = 'later') AS later
        FROM visit v
        JOIN address a ON a.region_id = :region_id AND a.id = v.address_id
        JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
        WHERE v.region_id = :region_id AND (v.owner = :login OR :may_hand) AND {_INSIDE}
        GROUP BY v.owner, v.product ORDER BY v.owner, v.product"""  # noqa: S608 - parts of ours
    return session.execute(text(sql), seller.given).all()


def count_visits(session: Session, region_id: int) -> tuple[int, int]:
    """How many visits there are, and how many of them are closed: neither ever falls."""
    sql = "SELECT count(*), count(closed_at) FROM visit WHERE region_id = :region_id"
    return tuple(session.execute(text(sql), {"region_id": region_id}).one())
