"""Creates that are done once: the same ``Idempotency-Key`` gets the same answer, also when the first reply was lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Response, request
from sqlalchemy.orm import Session

from app.access.gate import get_engine, get_person
from app.core.answers import Answer, Request, claim_key, keep_answer
from app.core.database import transaction
from app.core.errors import RequestError

KEY_HEADER = "Idempotency-Key"
Work = Callable[[Session], tuple[dict, int, dict[str, str]]]


def run_once(region_id: int, work: Work) -> Response:
    """The answer of the work, or the one that it had when the key came first; kept in the work's own transaction.

    Parameters
    ----------
    work
        Takes a session, does what is asked, and returns body, status and headers. What it raises keeps nothing.

    Raises
    ------
    RequestError
        ``IDEMPOTENCY_KEY_MISSING``.
    InputError
        ``IDEMPOTENCY_KEY_BAD`` or ``IDEMPOTENCY_KEY_REUSED``.
    """
    key = request.headers.get(KEY_HEADER)
    if not key:
        raise RequestError(
            "IDEMPOTENCY_KEY_MISSING", "This creates something, so it needs the header Idempotency-Key.",
            next_step="Send a new random key with each new request, and the same key when you send a request again.",
        )
    content = b"\0".join([request.method.encode(), request.full_path.encode("utf-8", "replace"), request.get_data()])
    asked = Request(region_id, get_person().login, key, content)
    with transaction(get_engine(), get_person().login, "api") as session:
        kept = claim_key(session, asked, datetime.now(UTC))
        if kept is None:
            body, status, headers = work(session)
            kept = Answer(status, headers, json.dumps(body, ensure_ascii=False).encode())
            keep_answer(session, asked, kept)
            again = {}
        else:
            again = {"Idempotency-Replayed": "true"}
    return Response(kept.body, kept.status, {**kept.headers, **again}, content_type="application/json")
