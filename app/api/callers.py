"""Who calls, for addresses that change what an order, a reservation or a project holds: with region, area, and the version they saw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, jsonify
from sqlalchemy.orm import Session

from app.access.gate import ask_region_code, get_area, get_asked_at, get_engine, get_person, get_session
from app.core.database import transaction
from app.operations.doors import Caller
from app.services.queries.areas import find_region


def ask_caller(query: dict) -> Caller:
    """Who calls, with region and area."""
    person, code = get_person(), query.get("region") or ask_region_code()
    region_id, grids = find_region(get_session(), code, get_area())
    return Caller(person.login, person.role, region_id, grids, code, get_asked_at())


def change(caller: Caller, work: Callable[[Session], dict]) -> Response:
    """What a change answers, with its version as ETag; the change is one transaction, signed by the caller."""
    with transaction(get_engine(), caller.login, "api") as session:
        told = work(session)
    return tagged(told)


def tagged(told: dict) -> Response:
    """The answer with its version as ETag."""
    answer = jsonify(told)
    answer.set_etag(told["change_id"])
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def made(told: dict, address: str) -> tuple[dict, int, dict[str, str]]:
    """What a create answers: body, status, and where the new thing is found, with its version."""
    return told, 201, {"Location": address, "ETag": f'"{told["change_id"]}"'}


def plain(row) -> dict:
    """A row as JSON: keys as strings, moments as text."""
    told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in dict(row).items()}
    return {**told, **{name: str(told[name]) for name in ("id", "change_id") if name in told}}
