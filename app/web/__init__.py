"""Pages for people."""

from __future__ import annotations

from datetime import timedelta

from apiflask import APIFlask
from flask_talisman import Talisman
from flask_wtf import CSRFProtect

from app.access.gate import has_token, install_gate
from app.services.queries.areas import is_thing_inside
from app.web import (
    analysis,
    assets,
    description,
    errors,
    journal,
    language,
    mappings,
    people,
    planning,
    plans,
    provider,
    records,
    runs,
    scenarios,
    surveys,
    views,
    visits,
    work,
)

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}


def register(app: APIFlask) -> None:
    """Give the application its pages, and every answer its protection."""
    settings = app.extensions["netgrid.settings"]
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="netgrid",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=64 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    # Closed intranets often have no certificate: TLS is the operator's choice, told by the settings.
    Talisman(
        app,
        force_https=False,
        strict_transport_security=settings.secure_cookies,
        session_cookie_secure=settings.secure_cookies,
        content_security_policy=POLICY,
        content_security_policy_nonce_in=["script-src"],
        referrer_policy="same-origin",
        frame_options="SAMEORIGIN",
    )
    # The gate asks first: a program's token stands for the form's.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    protection = CSRFProtect(app)
    language.install(app)
    assets.install(app)
    errors.install(app)
    app.before_request(surveys.allow_upload)
    app.before_request(mappings.allow_mapping)
    app.before_request(work.allow_list)
    install_gate(app, is_thing_inside)
    app.before_request(lambda: None if has_token() else protection.protect())
    app.register_blueprint(views.blueprint)
    app.register_blueprint(records.blueprint)
    app.register_blueprint(people.blueprint)
    app.register_blueprint(description.blueprint)
    app.register_blueprint(analysis.blueprint)
    app.register_blueprint(surveys.blueprint)
    app.register_blueprint(mappings.blueprint)
    app.register_blueprint(work.blueprint)
    app.register_blueprint(plans.blueprint)
    app.register_blueprint(journal.blueprint)
    app.register_blueprint(planning.blueprint)
    app.register_blueprint(provider.blueprint)
    app.register_blueprint(runs.blueprint)
    app.register_blueprint(scenarios.blueprint)
    app.register_blueprint(visits.blueprint)
