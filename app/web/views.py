"""The pages: sign in, the map, the occupancy table."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from apiflask import APIBlueprint
from flask import current_app, redirect, render_template, request, session, url_for
from flask_babel import format_datetime, gettext, lazy_gettext
from flask_login import current_user, logout_user
from sqlalchemy.orm import Session

from app.access import commands
from app.access.gate import get_connection, get_engine, start_session
from app.core.errors import NetGridError
from app.maps.layers import GROUPS, LayerBook
from app.maps.queries import RegionView
from app.network.dictionary import attributes, word_label, words
from app.occupancy.resources import resources
from app.web import assets
from app.web.forms import LoginForm, PasswordForm
from app.web.language import LANGUAGES, page_language
from app.web.questions import KINDS as QUESTIONS
from app.web.questions import PARAMETERS, question_words
from app.web.regions import ask_region
from app.web.shell import map_shell
from app.web.words import MEASURES, script_words

blueprint = APIBlueprint("web", __name__, template_folder="templates", enable_openapi=False)

blueprint.add_url_rule("/static/<digest>/<path:name>", "own_file", assets.send_own)
blueprint.add_url_rule("/assets/<digest>/<path:name>", "package_file", assets.send_package)
# What the page's script needs of a layer, and the counts that it names.
LAYER_KEYS = ("title", "group", "geometry", "thing", "level", "shown", "zoom", "classes", "colour")
COUNTS = ("installed", "in_use", "reserved", "releasing", "unusable", "planned")
LOGIN_ERRORS = {"LOGIN_LIMIT": lazy_gettext("Too many failed attempts. Try again in 15 minutes.")}
PASSWORD_ERRORS = {
    "PASSWORD_WRONG": ("old", lazy_gettext("The current password is not right.")),
    "PASSWORD_SAME": ("new", lazy_gettext("The new password is the old one. Choose another one.")),
    "PASSWORD_SHORT": ("new", lazy_gettext("The password needs at least 8 characters.")),
    "PASSWORD_LONG": ("new", lazy_gettext("The password is too long.")),
    "PASSWORD_COMMON": ("new", lazy_gettext("This password is easy to guess. Choose another one.")),
}


@blueprint.get("/health")
def health():
    """Whether the site and its database answer."""
    get_connection().exec_driver_sql("SELECT 1")
    return {"status": "ok"}


@blueprint.get("/favicon.ico")
def favicon():
    """Browsers ask for this name unbidden."""
    return redirect(assets.own_url("img/favicon.svg"))


@blueprint.route("/login", methods=["GET", "POST"])
def login():
    """The sign-in form."""
    wanted = own_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(wanted)
    form = LoginForm()
    problem = try_sign_in(form) if form.validate_on_submit() else None
    if form.is_submitted() and not form.errors and problem is None:
        return redirect(wanted)
    provider = current_app.extensions["netgrid.settings"].provider
    return render_template("login.html", form=form, problem=problem, provider=provider), 200 if request.method == "GET" else 422


def try_sign_in(form: LoginForm) -> str | None:
    """Sign in; the sentence to show when it fails. A failure is kept too, so it is committed."""
    address = request.remote_addr or ""
    try:
        with Session(get_engine()) as writing, writing.begin():
            user = commands.sign_in(writing, form.login.data, form.password.data, address, datetime.now(UTC))
            if user is not None:
                start_session(user)
    except NetGridError as error:
        return str(LOGIN_ERRORS[error.code])
    return None if user else gettext("User name or password is not right.")


@blueprint.post("/logout")
def logout():
    """End the session; the language stays."""
    language = session.get("language")
    logout_user()
    session.clear()
    if language:
        session["language"] = language
    return redirect(url_for("web.login"))


@blueprint.route("/password", methods=["GET", "POST"])
def password():
    """Change the own password; the one-time password leads here and nowhere else."""
    form = PasswordForm()
    if form.validate_on_submit() and try_change_password(form):
        return redirect(url_for("web.map_page"))
    return render_template("password.html", form=form, once=current_user.person.must_change_password), 422 if form.errors else 200


def try_change_password(form: PasswordForm) -> bool:
    """Change it; False with the sentence put beside its field when it is refused."""
    try:
        with Session(get_engine()) as writing, writing.begin():
            user = commands.change_password(writing, current_user.person.login, form.old.data, form.new.data, datetime.now(UTC))
            start_session(user)
    except NetGridError as error:
        field, sentence = PASSWORD_ERRORS[error.code]
        form[field].errors = [sentence]
        return False
    return True


@blueprint.post("/language")
def set_language():
    """Choose the language of the pages."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(own_path(request.form.get("next")))


def own_path(wanted: str | None) -> str:
    """The path when it is one of ours, else the map: nobody is led to another site."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted or any(ord(sign) < 33 for sign in wanted):
        return url_for("web.map_page")
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else url_for("web.map_page")


@blueprint.get("/")
def map_page():
    """The map of the region."""
    region = ask_region()
    book: LayerBook = current_app.extensions["netgrid.layers"]
    shell = map_shell(region, book)
    return render_template("map.html", shell=shell, region=tell(region), settings=map_settings(region, book), **choices())


@blueprint.get("/occupancy")
def occupancy_page():
    """Occupancy by grid as a table."""
    region = ask_region()
    book: LayerBook = current_app.extensions["netgrid.layers"]
    return render_template("occupancy.html", region=tell(region), settings=table_settings(region, book), **choices())


def tell(region: RegionView) -> dict:
    """The region in the page's words."""
    english = page_language() == "en" and region.name_en
    return {
        "code": region.code,
        "name": region.name_en if english else region.name_zh,
        "version": region.version,
        "data_date": format_datetime(region.changed_at, "yyyy-MM-dd HH:mm") if region.changed_at else None,
        "has_data": region.box is not None,
    }


def choices() -> dict:
    """What the selectors offer."""
    language = page_language()
    offered = [{"value": name, "text": word_label("resource", name, language)} for name in resources()]
    levels = [{"value": name, "text": words()["level"][name].label(language)} for name in ("county", "town", "community")]
    return {"measures": MEASURES, "resources": offered, "levels": levels}


def table_settings(region: RegionView, book: LayerBook) -> dict:
    """What the page's script needs to know, as JSON."""
    return {
        "language": page_language(),
        "region": region.code,
        "version": region.version,
        "bands": book.bands,
        "words": script_words(),
        "measures": {name: {"unit": unit, "text": str(text)} for name, unit, text in MEASURES},
        "map": url_for("web.map_page"),
    }


def map_settings(region: RegionView, book: LayerBook) -> dict:
    """The same for the map, with its layers and states."""
    language = page_language()
    layers = [{"name": layer.name, **{key: layer.spec.get(key) for key in LAYER_KEYS}} for layer in book.layers.values()]
    return {
        **table_settings(region, book),
        "box": region.box,
        "layers": layers,
        "groups": [{"name": name, "text": word_label("speciality", name, language)} for name in GROUPS],
        "levels": book.get_levels(),
        "kinds": {value: word.label(language) for value, word in words()["kind"].items()},
        "states": {value: word.label(language) for axis in ("use", "health", "life") for value, word in words()[axis].items()},
        "questions": [
            {"name": name, "text": text, "kinds": QUESTIONS[name], "parameter": PARAMETERS[name]} for name, text in question_words().items()
        ],
        "labels": {name: attributes()[("tally", name)].label(language) for name in COUNTS},
    }
