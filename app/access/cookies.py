"""The signed session cookie, read before Flask makes a request of it.

Proving a signature costs more than asking the database for the person, and a map sends the same cookie with every tile.
So a cookie that was proved is known again until it runs out. Whether its person may still come in is no part of it: that
is asked each time.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from flask import Flask
from itsdangerous import BadSignature
from werkzeug.http import parse_cookie

REMEMBERED_MAX = 1000


class Cookies:
    """What the session cookies of one application say."""

    def __init__(self, app: Flask):
        self._name = app.config["SESSION_COOKIE_NAME"]
        self._serializer = app.session_interface.get_signing_serializer(app)
        self._lifetime_s = int(app.permanent_session_lifetime.total_seconds())
        self._proved: dict[str, tuple[Mapping, float]] = {}

    def read(self, header: str | None) -> Mapping | None:
        """What the request's session holds, None without a cookie that is ours and fresh.

        Parameters
        ----------
        header
            The request's header ``Cookie``.
        """
        if not header or self._serializer is None:
            return None
        known = self._proved.get(header)
        if known is None:
            known = self._prove(header)
        return known[0] if known and time.time() < known[1] else None

    def _prove(self, header: str) -> tuple[Mapping, float] | None:
        value = parse_cookie(header).get(self._name)
        if not value:
            return None
        try:
            held, signed_at = self._serializer.loads(value, max_age=self._lifetime_s, return_timestamp=True)
        except BadSignature:
            return None
        if len(self._proved) >= REMEMBERED_MAX:
            self._proved.clear()
        self._proved[header] = held, signed_at.timestamp() + self._lifetime_s
        return self._proved[header]
