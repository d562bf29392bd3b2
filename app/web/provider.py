"""Signing in at the operator's OpenID Connect provider, where the settings name one."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from apiflask import APIBlueprint
from flask import current_app, redirect, render_template, request, session, url_for
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from app.access.gate import get_engine, start_session
from app.access.provider import ask_claims, get_client, sign_in_by_claims
from app.core.errors import AccessError, NotFoundError
from app.web.forms import LoginForm
from app.web.views import own_path

blueprint = APIBlueprint("provider", __name__, enable_openapi=False)
WANTED = "wanted"
PROBLEMS = {
    "PROVIDER_REFUSED": lazy_gettext("Signing in there did not succeed. Try again."),
    "PROVIDER_AWAY": lazy_gettext("The sign-in service does not answer. Try again later, or sign in here."),
    "EMAIL_UNPROVED": lazy_gettext("The sign-in service has not proved your e-mail address."),
    "USER_NOT_LISTED": lazy_gettext("You are not on the list of people. Ask an administrator."),
}


def find_client():
    """The client of the provider.

    Raises
    ------
    NotFoundError
        ``PROVIDER_UNKNOWN`` where the settings name none.
    """
    client = get_client(current_app)
    if client is None:
        raise NotFoundError("PROVIDER_UNKNOWN", "There is no such page.")
    return client


@blueprint.get("/login/provider")
def leave():
    """Go to the provider; state, nonce and the code's verifier wait in the session."""
    client, settings = find_client(), current_app.extensions["netgrid.settings"]
    from authlib.common.errors import AuthlibBaseError
    from requests import RequestException

    session[WANTED] = own_path(request.args.get("next"))
    back = url_for("provider.come_back", _external=True, _scheme="https" if settings.secure_cookies else None)
    try:
        return client.authorize_redirect(back)
    except (AuthlibBaseError, RequestException, ValueError, RuntimeError) as error:
        logging.getLogger(__name__).error("provider: %s", type(error).__name__)
        return show_problem("PROVIDER_AWAY", 503)


@blueprint.get("/login/provider/back")
def come_back():
    """Come in with what the provider says; the session is begun anew."""
    client, provider = find_client(), current_app.extensions["netgrid.settings"].provider
    wanted = own_path(session.get(WANTED))
    try:
        claims = ask_claims(client, provider)
        with Session(get_engine()) as writing, writing.begin():
            start_session(sign_in_by_claims(writing, provider, claims, datetime.now(UTC)))
    except AccessError as error:
        logging.getLogger(__name__).warning("provider: %s %s", error.code, error.found or "")
        return show_problem(error.code, error.status)
    return redirect(wanted)


def show_problem(code: str, status: int):
    """The sign-in page with what went wrong."""
    provider = current_app.extensions["netgrid.settings"].provider
    return render_template("login.html", form=LoginForm(), problem=PROBLEMS[code], provider=provider), status
