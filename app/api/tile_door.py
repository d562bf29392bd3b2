"""The short way to a tile. A map asks for dozens at a time, and Flask's way costs as much as drawing one.

Only a whole and welcome request is answered here: a signed-in person, a layer, a place, a region, a version. Everything
else goes on to Flask, which refuses it, or answers it, as any other address. Who may pass is asked of the gate for every tile.
"""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import parse_qsl

from apiflask import APIFlask
from flask import Response
from werkzeug.http import parse_etags

from app.access.gate import find_visitor
from app.api.tiles import FAULT, Answer, Wish, answer_wish
from app.core.errors import NotFoundError
from app.core.reading import Reading
from app.maps.tiles import check_address

_PATH = re.compile(r"/tiles/([a-z0-9_]{1,41})/([0-9]{1,2})/([0-9]{1,8})/([0-9]{1,8})\.mvt")
_NUMBER = re.compile(r"[0-9]{1,18}")
_STATUS = {200: "200 OK", 304: "304 NOT MODIFIED"}
# Connections that wait for the next tile; fewer than the pool has, so that pages find one too.
IDLE_MAX = 4
_OF_ONE_ANSWER = ("Content-Type", "Content-Length", "Set-Cookie")


class TileDoor:
    """The application's WSGI entry, before Flask's own."""

    def __init__(self, app: APIFlask):
        self._app = app
        self._rest = app.wsgi_app
        self._idle: deque[Reading] = deque()
        self._protection: dict[bool, list[tuple[str, str]]] = {}

    def __call__(self, environ, start_response):
        wish = self._read_wish(environ)
        answer = self._answer(environ, wish) if wish else None
        if answer is None:
            return self._rest(environ, start_response)
        start_response(_STATUS[answer.status], answer.headers + self._ask_protection(environ))
        return [answer.body]

    def _read_wish(self, environ) -> Wish | None:
        """What a request asks for, None where it is not a whole wish for a tile that may be there."""
        found = _PATH.fullmatch(environ.get("PATH_INFO", ""))
        if not found or environ["REQUEST_METHOD"] != "GET":
            return None
        layer = self._app.extensions["netgrid.layers"].layers.get(found[1])
        given = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        version, region = given.get("v", ""), given.get("region", "")
        if layer is None or not (_NUMBER.fullmatch(version) and _NUMBER.fullmatch(region)):
            return None
        place = int(found[2]), int(found[3]), int(found[4])
        try:
            check_address(layer, *place)
        except NotFoundError:
            return None
        return Wish(layer, int(region), place, int(version), parse_etags(environ.get("HTTP_IF_NONE_MATCH")))

    def _answer(self, environ, wish: Wish) -> Answer | None:
        try:
            reading = self._idle.pop()
        except IndexError:
            reading = Reading(self._app.extensions["netgrid.reading_engine"])
        reading.begin_anew()
        try:
            person = find_visitor(self._app, environ, reading)
            answer = answer_wish(self._app, wish, person.area, reading) if person else None
        except Exception as error:  # Flask tells every error, also the unforeseen, in the site's own words.
            environ[FAULT] = error
            reading.close()
            return None
        if len(self._idle) < IDLE_MAX:
            self._idle.append(reading)
        else:
            reading.close()
        return answer

    def _ask_protection(self, environ) -> list[tuple[str, str]]:
        """The headers that Flask puts on every answer, asked of it once for plain and once for encrypted requests."""
        is_secure = "https" in (environ["wsgi.url_scheme"], environ.get("HTTP_X_FORWARDED_PROTO"))
        if is_secure not in self._protection:
            with self._app.test_request_context("/tiles", base_url="https://localhost" if is_secure else "http://localhost"):
                headers = self._app.process_response(Response()).headers
            self._protection[is_secure] = [(name, value) for name, value in headers if name not in _OF_ONE_ANSWER]
        return self._protection[is_secure]
