"""The gate before every address: who asks, and whether they may. One rule for pages, API and tiles (``addresses.csv``).

An address without a rule is closed to everybody, so a forgotten one refuses instead of leaking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, login_user
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.access.addresses import NONE, PUBLIC, SIGNED_IN, THING, WHOLE, Rule, rules
from app.access.areas import Area
from app.access.cookies import Cookies
from app.access.models import AppUser
from app.access.permissions import may
from app.access.queries import Person, find_person, find_token_person
from app.access.rules import hash_token
from app.core.database import KEY_MAX
from app.core.errors import AccessError, NotFoundError
from app.core.reading import Reading

SIGNED_OUT = 401
# Where Flask-Login keeps the key of the person.
USER_KEY = "_user_id"
# The rule of an address that has none: no role has this permission.
CLOSED = Rule("closed", NONE)
BEARER = "Bearer "
# Where a request keeps when it came in.
ASKED_AT = "netgrid.asked_at"
READING_METHODS = ("GET", "HEAD", "OPTIONS")


class SignedIn:
    """Flask-Login's view of a person; built anew for each request."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, person: Person):
        self.person = person

    def get_id(self) -> str:
        return str(self.person.id)


class SignInNeeded(AccessError):
    """Nobody is signed in."""

    status = SIGNED_OUT


def install_gate(app: Flask, is_thing_inside: Callable[[Session, str, tuple[str, int], Area], bool]) -> None:
    """Close every address of the application but to whom its rule lets in.

    Parameters
    ----------
    is_thing_inside
        Whether a thing (kind, id) of the region with that code lies in an area: what a higher floor knows.
    """
    app.extensions["netgrid.cookies"] = Cookies(app)
    app.extensions["netgrid.is_thing_inside"] = is_thing_inside
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(load_person)
    app.teardown_request(close_reading)
    app.before_request(stand_at_gate)


def stand_at_gate():
    """Let the request pass, or send it where its caller has to go first.

    Raises
    ------
    AccessError
        ``FORBIDDEN``, ``SCOPE_READ`` or ``AREA_WHOLE``.
    NotFoundError
        ``THING_UNKNOWN`` where the thing that the address names lies outside the caller's area.
    """
    rule = None if request.endpoint is None else rules().get(request.endpoint, CLOSED)
    if rule is None or rule.permission == PUBLIC:
        return None
    person = find_signed_in()
    if person is None:
        return send_to_sign_in()
    if rule.permission == SIGNED_IN:
        return None
    if person.must_change_password:
        return send_to_password()
    check_role(rule, person)
    check_area(rule, person.area)
    return None


def check_role(rule: Rule, person: Person) -> None:
    """Refuse what the person's role or the token's scope does not cover."""
    if not may(person.role, rule.permission):
        raise AccessError("FORBIDDEN", "Your role may not do this.", next_step="Ask an administrator when you need it for your work.")
    if person.scope == "read" and request.method not in READING_METHODS:
        raise AccessError("SCOPE_READ", "This token may only read.", next_step="Use a token with the scope write.")


def check_area(rule: Rule, area: Area) -> None:
    """Refuse a thing outside the area, and the whole of a region to whom has a part of it."""
    if area.is_everywhere:
        return
    if rule.area == THING:
        thing = request.view_args["kind"], request.view_args["thing_id"]
        is_inside = current_app.extensions["netgrid.is_thing_inside"]
        if not (thing[1] <= KEY_MAX and is_inside(get_session(), ask_region_code(), thing, area)):
            raise NotFoundError("THING_UNKNOWN", "There is no such thing.", subject=f"{thing[0]} {thing[1]}")
    if rule.area == WHOLE and not all(code.isdigit() and area.holds_region(int(code)) for code in name_regions()):
        raise AccessError("AREA_WHOLE", "Your area is a part of what this reads.", next_step="Ask an administrator for the whole region.")


def find_signed_in() -> Person | None:
    """The person of the token or else of the session, as long as it is theirs and they are active; asked once a request."""
    if "person" not in g:
        g.person = _find_of_token(request.headers["Authorization"]) if has_token() else _find_of_session(session, get_reading())
    return g.person


def has_token() -> bool:
    """Whether the request comes with a token: no browser sends one unbidden, so it needs no form's token beside it."""
    return "Authorization" in request.headers and is_for_programs()


def ask_region_code() -> str:
    """The code of the region that the request names in its path or behind the question mark, or the site's own."""
    named = (request.view_args or {}).get("region") or request.args.get("region")
    return named or current_app.extensions["netgrid.settings"].region_code


def name_regions() -> set[str]:
    """The codes of all regions that the request names, in whatever part."""
    body = request.get_json(silent=True) if request.is_json else None
    parts = [request.form.get("region"), body.get("region") if isinstance(body, dict) else None]
    return {ask_region_code(), *(str(part) for part in parts if part)}


def get_area() -> Area:
    """Where the caller may look."""
    return g.person.area


def find_visitor(app: Flask, environ: dict, reading: Reading) -> Person | None:
    """The person whom the gate lets pass to any address, for a door before Flask; None where it would say anything else."""
    if "HTTP_AUTHORIZATION" in environ:
        return None
    opened = app.extensions["netgrid.cookies"].read(environ.get("HTTP_COOKIE"))
    person = _find_of_session(opened, reading) if opened else None
    return None if person is None or person.must_change_password else person


def _find_of_token(header: str) -> Person | None:
    if not header.startswith(BEARER):
        return None
    now = datetime.now(UTC)
    return get_reading().ask(lambda cursor: find_token_person(cursor, hash_token(header.removeprefix(BEARER).strip()), now))


def _find_of_session(opened: Mapping, reading: Reading) -> Person | None:
    user_id, number = opened.get(USER_KEY), opened.get("session_no")
    if not (isinstance(user_id, str) and user_id.isdigit() and isinstance(number, int)):
        return None
    return reading.ask(lambda cursor: find_person(cursor, int(user_id), number))


def load_person(user_id: str) -> SignedIn | None:
    """Flask-Login's question, which comes only where a page asks who is there."""
    person = find_signed_in()
    return SignedIn(person) if person and str(person.id) == user_id else None


def send_to_sign_in():
    """A page goes to the sign-in form; an address for programs answers 401."""
    if is_for_programs():
        raise SignInNeeded("SIGN_IN_NEEDED", "Nobody is signed in.", next_step="Sign in and try again.")
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("web.login", next=wanted if wanted != "/" else None))


def send_to_password():
    """The one-time password opens nothing but the form that replaces it."""
    if is_for_programs():
        raise AccessError("PASSWORD_ONCE", "The one-time password must be changed first.", next_step="Open the site and change it.")
    return redirect(url_for("web.password"))


def is_for_programs() -> bool:
    """Whether the address answers programs, in JSON or bytes, and not people."""
    return request.path.startswith(("/api/", "/tiles/", "/openapi.json"))


def start_session(user: AppUser) -> None:
    """Remember the person in the signed cookie; what the visitor had before is dropped, but for the language."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    person = Person(user.id, user.login, user.name, user.role, user.must_change_password)
    login_user(SignedIn(person))
    session["session_no"] = user.session_no
    session.permanent = True


def get_person() -> Person:
    """The signed-in person."""
    return g.person


def get_asked_at() -> float | None:
    """When the request came in, as ``time.monotonic`` tells, before it waited for its turn; None where nobody noted it."""
    return request.environ.get(ASKED_AT)


def get_engine():
    """The web server's engine."""
    return current_app.extensions["netgrid.engine"]


def get_reading() -> Reading:
    """What the request reads through; closed when the request ends."""
    if "reading" not in g:
        g.reading = Reading(current_app.extensions["netgrid.reading_engine"])
    return g.reading


def get_connection() -> Connection:
    """The request's own connection for reading."""
    return get_reading().get_connection()


def get_session() -> Session:
    """A session on the request's connection, for queries."""
    return get_reading().get_session()


def close_reading(_error=None) -> None:
    """Give the request's connection back to the pool."""
    reading = g.pop("reading", None)
    if reading is not None:
        reading.close()
