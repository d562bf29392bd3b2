"""Errors in plain words: a page for people, one JSON form for programs. No SQL, path or stack leaves the house."""

from __future__ import annotations

import psycopg2
from flask import current_app, jsonify, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from app.access.gate import is_for_programs
from app.core.errors import PROBLEM_TYPE, InputError, NetGridError, SystemFault, build_problem
from app.reports import error_words
from app.web.language import page_language

PLAIN = {
    400: (lazy_gettext("This request can't be read"), lazy_gettext("Go back, load the page again and try once more.")),
    403: (lazy_gettext("You may not open this"), lazy_gettext("Ask an administrator when you need it for your work.")),
    404: (lazy_gettext("There is nothing here"), lazy_gettext("The address may be mistyped, or what it showed is gone.")),
    405: (lazy_gettext("This can't be done here"), lazy_gettext("Go back and use the buttons of the page.")),
    413: (lazy_gettext("This is too large"), lazy_gettext("Send less at once.")),
    500: (lazy_gettext("Something went wrong on our side"), lazy_gettext("Try again. When it stays, tell your administrator the time.")),
    503: (lazy_gettext("The database is away"), lazy_gettext("It usually returns within a minute. Load the page again.")),
}

# What the driver and the server say of texts that hold a NUL, bare or written as in JSON.
NO_TEXT = ("NUL (0x00)", "\\u0000")

# Sentences of our own errors that people read on a page; named here so that the translations know them.
SENTENCES = (
    lazy_gettext("There is no such thing."),
    lazy_gettext("There is no such kind of thing."),
    lazy_gettext("There is no such region."),
    lazy_gettext("There is no such tile."),
    lazy_gettext("There is no such layer."),
    lazy_gettext("There is nothing to search for."),
    lazy_gettext("Type a code or a name."),
    lazy_gettext("The search is too long."),
    lazy_gettext("Nobody is signed in."),
    lazy_gettext("Sign in and try again."),
    lazy_gettext("The one-time password must be changed first."),
    lazy_gettext("Open the site and change it."),
    lazy_gettext("Your role may not do this."),
    lazy_gettext("This token may only read."),
    lazy_gettext("Your area is a part of what this reads."),
    lazy_gettext("Ask an administrator when you need it for your work."),
    lazy_gettext("There is no such role."),
    lazy_gettext("The login is empty."),
    lazy_gettext("This login is taken."),
    lazy_gettext("This is no area."),
    lazy_gettext("There is no such user."),
    lazy_gettext("You can't take away your own rights."),
    lazy_gettext("Say what the token is for."),
    lazy_gettext("There is no such scope."),
    lazy_gettext("A token lives for some days."),
    lazy_gettext("Somebody has changed this since you read it."),
    lazy_gettext("This can't be edited here."),
    lazy_gettext("There is nothing to edit."),
    lazy_gettext("The value does not fit."),
    lazy_gettext("Say which version you have read."),
    lazy_gettext("This is no version."),
    lazy_gettext("This name is not known here."),
    lazy_gettext("This is no page."),
    lazy_gettext("This is no moment."),
    lazy_gettext("This is no day."),
    lazy_gettext("There is no such change."),
    lazy_gettext("This code is taken."),
    lazy_gettext("This place is not in your area."),
    lazy_gettext("This creates something, so it needs the header Idempotency-Key."),
    lazy_gettext("This idempotency key came with another request before."),
    lazy_gettext("The idempotency key is not usable."),
    lazy_gettext("A filter is a column, a colon and a value."),
    lazy_gettext("There is no such token."),
)


def say_error(error: NetGridError) -> tuple[str, str | None]:
    """Message and next step in the page's language."""
    return error_words.say_error(error, page_language())


def install(app) -> None:
    """Answer every error in the form that fits the address."""
    app.register_error_handler(NetGridError, answer_own)
    app.register_error_handler(CSRFError, answer_csrf)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(OperationalError, answer_database)
    app.register_error_handler(psycopg2.OperationalError, answer_database)
    for kind in (ValueError, DataError):
        app.register_error_handler(kind, answer_text)
    app.register_error_handler(Exception, answer_fault)


def answer_own(error: NetGridError):
    """An error of ours, as it is meant for the caller."""
    if isinstance(error, SystemFault):
        current_app.logger.error("%s", error)
    if is_for_programs():
        message, next_step = say_error(error)
        return problem(error.as_problem(message=message, next_step=next_step, found=error.say_found(page_language()))), error.status
    return page(error.status, detail=say_error(error)[0])


def answer_http(error: HTTPException):
    """Flask's own errors: unknown address, wrong method."""
    status = error.code or 500
    if status < 400:
        return error
    if is_for_programs():
        name = error.name.upper().replace(" ", "_")
        allowed = {"Allow": ", ".join(error.valid_methods or [])} if status == 405 else {}
        return problem(form(status, name, request.path)), status, allowed
    return page(status)


def answer_csrf(_: CSRFError):
    """A form without the page's token: too old, or not from our page."""
    if is_for_programs():
        return problem(form(400, "CSRF_TOKEN_MISSING", request.path)), 400
    return page(400, detail=gettext("The form was too old or came from another site."))


def answer_database(error: DBAPIError | psycopg2.OperationalError):
    """The database is away or took too long; the next request tries again by itself."""
    current_app.logger.error("database: %s", type(getattr(error, "orig", error)).__name__)
    if is_for_programs():
        return problem(form(503, "DATABASE_AWAY", request.path)), 503, {"Retry-After": "5"}
    return page(503), 503, {"Retry-After": "5"}


def answer_text(error: Exception):
    """A text that no database can keep: it holds a NUL, or half a letter. Of other errors of these kinds nothing is known."""
    if not isinstance(error, UnicodeEncodeError) and not any(sign in str(error) for sign in NO_TEXT):
        return answer_fault(error)
    return answer_own(InputError("TEXT_IMPOSSIBLE", "a text holds what is no letter", expected="text without NUL and half letters"))


def answer_fault(error: Exception):
    """Anything unforeseen: the log has the stack, the caller a plain sentence."""
    current_app.logger.exception("unforeseen %s", type(error).__name__)
    if is_for_programs():
        return problem(form(500, "FAULT", request.path)), 500
    return page(500)


def form(status: int, code: str, subject: str) -> dict:
    """The one JSON form of an error that is none of ours."""
    return build_problem(status, code, str(PLAIN.get(status, PLAIN[500 if status >= 500 else 400])[0]), subject)


def problem(body: dict):
    """The answer of an error for programs."""
    answer = jsonify(body)
    answer.content_type = PROBLEM_TYPE
    return answer


def page(status: int, detail: str | None = None):
    """The error page; it asks the database nothing, because the database may be the trouble."""
    title, advice = PLAIN.get(status, PLAIN[500 if status >= 500 else 400])
    return render_template("error.html", status=status, title=title, detail=detail, advice=advice), status
