"""Scenarios on a page: what is to be built, sold and given up, entered by a place on the map or a grid."""

from __future__ import annotations

from datetime import UTC, date, datetime

from apiflask import APIBlueprint
from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from app.access.gate import get_engine, get_person, get_session
from app.access.permissions import may
from app.core.database import check_key, transaction
from app.core.errors import InputError, NetGridError
from app.planning import scenarios
from app.planning.models import FACTOR_KINDS
from app.planning.scenarios import NewFactor
from app.reports.records.kinds import KINDS
from app.services.models.customers import PRODUCTS
from app.web.language import page_language
from app.web.planning import PLANS, question_words, tabs
from app.web.regions import ask_region
from app.web.shell import map_shell
from app.web.views import map_settings, tell
from app.web.words import script_words
from app.web.work import say

blueprint = APIBlueprint("scenarios", __name__, enable_openapi=False)
FIELD_MAX = 400


@blueprint.get("/scenarios")
def scenarios_page():
    """The factors of all scenarios, on the map and in a list."""
    return show_scenarios()


def show_scenarios(problem: str | None = None):
    region, book = ask_region(), current_app.extensions["netgrid.layers"]
    rows = scenarios.list_factors(get_session(), region.id)
    placed = [row for row in rows if row.lon is not None]
    marks = [{"id": str(row.id), "at": [row.lon, row.lat], "tip": f"{row.scenario} · {row.line_count or row.ratio}"} for row in placed]
    settings = {
        **map_settings(region, book), "words": {**script_words(), **question_words()}, "records": list(KINDS), "csrf": generate_csrf(),
        "marks": marks,
    }  # fmt: skip
    page = render_template(
        "planning/scenarios.html", shell=map_shell(region, book, draws=True), region=tell(region), settings=settings, rows=rows,
        problem=problem, tool="scenario", title=gettext("Scenarios"), tabs=tabs(), asked="scenarios", language=page_language(),
        may_plan=may(get_person().role, PLANS), names=scenarios.list_scenarios(get_session(), region.id), kinds=FACTOR_KINDS,
        products=PRODUCTS, today=datetime.now(UTC).date().isoformat(), given=request.form,
    )  # fmt: skip
    return page, 422 if problem else 200


@blueprint.post("/scenarios")
def add():
    """Add a factor."""
    region = ask_region()
    try:
        new = NewFactor(
            read("scenario") or "", read("kind") or "", read("product") or "", read_as("from_on", date.fromisoformat, "a day"),
            grid=read("grid"), place=read_as("place", read_place, "lon,lat"), lines=read_as("lines", int, "a whole number"),
            ratio=read_as("ratio", float, "a number"), until_on=read_as("until_on", date.fromisoformat, "a day"), note=read("note"),
        )  # fmt: skip
        if new.from_on is None:
            raise InputError("FACTOR_INVALID", "a factor lacks its figure, or one is wrong", "from_on", None, "a day", "correct it")
        with transaction(get_engine(), get_person().login, "web") as session:
            scenarios.add_factor(session, region.id, new)
    except NetGridError as error:
        return show_scenarios(say(error))
    return redirect(url_for("scenarios.scenarios_page"))


@blueprint.post("/scenarios/<int:factor_id>")
def drop(factor_id):
    """Delete a factor."""
    region = ask_region()
    try:
        check_key(factor_id, "FACTOR_UNKNOWN")
        with transaction(get_engine(), get_person().login, "web") as session:
            scenarios.drop_factor(session, region.id, factor_id)
    except NetGridError as error:
        return show_scenarios(say(error))
    return redirect(url_for("scenarios.scenarios_page"))


def read(name: str) -> str | None:
    """A field of the form, None where it is empty."""
    return (request.form.get(name) or "").strip()[:FIELD_MAX] or None


def read_as(name: str, kind, expected: str):
    """A field read as something, None where it is empty.

    Raises
    ------
    InputError
        ``FACTOR_INVALID``.
    """
    value = read(name)
    try:
        return None if value is None else kind(value)
    except ValueError as fault:
        told = "a factor lacks its figure, or one is wrong"
        raise InputError("FACTOR_INVALID", told, name, value[:60], expected, "correct it") from fault


def read_place(value: str) -> tuple[float, float]:
    """Lon and lat."""
    lon, lat = (float(part) for part in value.split(","))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(value)
    return lon, lat
