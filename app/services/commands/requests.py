"""Requests that could not be met: who waits, where, for what."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import RuleError
from app.services.models import UnmetRequest
from app.services.queries.areas import find_community


@dataclass(frozen=True)
class Wait:
    """Somebody who waits; the point is lon and lat in EPSG:4490."""

    lon: float
    lat: float
    segment: str
    product: str
    reason: str
    rate_mbit: float | None = None
    code: str | None = None


def add_unmet_request(session: Session, region_id: int, wait: Wait, on_day: date, grids: tuple[int, ...] | None = None) -> UnmetRequest:
    """The request, filed in the community in which the point lies, and found by its code.

    Parameters
    ----------
    grids
        The grids in which the caller may write; None is the whole region.

    Raises
    ------
    NotFoundError
        ``PLACE_ELSEWHERE`` where the point lies outside the caller's grids.
    RuleError
        ``CODE_TAKEN``.
    """
    grid_id = find_community(session, region_id, wait.lon, wait.lat, grids)
    code = wait.code or f"UR-{on_day:%Y%m%d}-{secrets.token_hex(4).upper()}"
    key = session.execute(text("SELECT upper(btrim(normalize(CAST(:code AS text), NFKC)))"), {"code": code}).scalar_one()
    taken = "SELECT 1 FROM unmet_request WHERE region_id = :region_id AND code_key = :key"
    if session.execute(text(taken), {"region_id": region_id, "key": key}).scalar():
        raise RuleError("CODE_TAKEN", "This code is taken.", subject=code, next_step="Choose another one, or leave it out.")
    made = UnmetRequest(
        region_id=region_id, code=code, grid_id=grid_id, geom=f"SRID=4490;POINT({wait.lon!r} {wait.lat!r})", segment=wait.segment,
        product=wait.product, rate_mbit=wait.rate_mbit, reason=wait.reason, requested_on=on_day,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.execute(
        text("INSERT INTO code_index (region_id, code_key, kind, id, code) VALUES (:region_id, :key, 'unmet_request', :id, :code)"),
        {"region_id": region_id, "key": key, "id": made.id, "code": code},
    )
    return made
