"""The gate before every address: who asks, and whether they may. One rule for pages, API and tiles.

An address is closed unless it is named as public, so a forgotten rule refuses instead of leaking.
"""

from __future__ import annotations

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.access.models import AppUser
from app.access.queries import Person, find_person
from app.core.errors import AccessError

SIGNED_OUT = 401


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


def install_gate(app: Flask, public: set[str], password_endpoints: set[str]) -> None:
    """Close every address of the application but the public ones.

    Parameters
    ----------
    public
        Endpoints that anybody may open.
    password_endpoints
        Endpoints that stay open to a person who must change their password first.
    """
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(load_person)
    app.teardown_request(close_connection)

    @app.before_request
    def stand_at_gate():
        if request.endpoint is None or request.endpoint in public:
            return None
        if not current_user.is_authenticated:
            return send_to_sign_in()
        if current_user.person.must_change_password and request.endpoint not in password_endpoints:
            return send_to_password()
        return None


def load_person(user_id: str) -> SignedIn | None:
    """The person of the session, as long as the session is theirs and they are active."""
    number = session.get("session_no")
    if not user_id.isdigit() or not isinstance(number, int):
        return None
    person = find_person(get_connection(), int(user_id), number)
    return SignedIn(person) if person else None


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
    return request.path.startswith(("/api/", "/tiles/"))


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
    return current_user.person


def get_engine():
    """The web server's engine."""
    return current_app.extensions["netgrid.engine"]


def get_connection() -> Connection:
    """The request's own connection for reading; closed when the request ends."""
    if "connection" not in g:
        g.connection = get_engine().connect()
    return g.connection


def get_session() -> Session:
    """A session on the request's connection, for queries."""
    if "reading" not in g:
        g.reading = Session(get_connection())
    return g.reading


def close_connection(_error=None) -> None:
    """Give the request's connection back to the pool."""
    reading = g.pop("reading", None)
    if reading is not None:
        reading.close()
    connection = g.pop("connection", None)
    if connection is not None:
        connection.close()
