"""The pages of the graph: trace, impact, routes, weak points, OTDR, checks. Their answers come from the addresses for programs."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, render_template
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from app.engineering.optical_tables import PON_CLASSES
from app.maps.layers import LayerBook
from app.network.dictionary import word_label, words
from app.reports.answers.checks import find_check
from app.reports.answers.words import say
from app.reports.records.kinds import KINDS
from app.topology.facts import NETWORKS
from app.topology.impact import FAILING
from app.topology.routes import APART
from app.topology.trace_text import say as say_trace
from app.topology.weak_points import SPECIALITIES
from app.web.graph_words import graph_words
from app.web.language import page_language
from app.web.regions import ask_region
from app.web.shell import map_shell
from app.web.views import map_settings, tell

blueprint = APIBlueprint("analysis", __name__, enable_openapi=False)
LISTS = (
    "kind", "equipment_kind", "joint_kind", "technology", "role", "use", "life", "health", "segment", "product", "section_kind",
    "speciality",
)  # fmt: skip
# The words for the specialities of the graph that the list of specialities has under another name.
NAMED = {"route": ("speciality", "line_plant"), "fibre": ("medium", "fibre"), "copper": ("medium", "copper")}


@blueprint.get("/trace")
def trace_page():
    """The way of light or current through what a code names, as a drawing beside the map."""
    return page("trace", gettext("Trace"), classes=[row.pon_class for row in PON_CLASSES])


@blueprint.get("/impact")
def impact_page():
    """Whom it hits when things fail, by their codes or in an area drawn by hand."""
    return page("impact", gettext("Impact"), draws=True)


@blueprint.get("/route")
def route_page():
    """Ways for a cable or over idle strands, and what is idle between two places."""
    apart = [{"value": name, "text": word_label("kind", name, page_language())} for name in APART]
    return page("route", gettext("Routes"), apart=apart)


@blueprint.get("/weak")
def weak_page():
    """Single points of failure, and what is not as safe as it looks."""
    return page("weak", gettext("Weak points"), specialities=[choice(name) for name in SPECIALITIES])


@blueprint.get("/otdr")
def otdr_page():
    """From a reading on a strand to a place on the ground."""
    return page("otdr", gettext("Fault location"))


@blueprint.get("/checks")
def checks_page():
    """Every check with what breaks it."""
    return page("checks", gettext("Checks"), has_map=False)


@blueprint.get("/checks/<rule>")
def check_page(rule):
    """One check, and the records of what breaks it."""
    check = find_check(rule)
    return page("check", f"{check.id} {check.title(page_language())}", has_map=False, check=check)


def page(name: str, title: str, *, has_map: bool = True, draws: bool = False, **more) -> str:
    """A page with its question, room for the answer, and the map."""
    region = ask_region()
    book: LayerBook = current_app.extensions["netgrid.layers"]
    settings = {**graph_settings(region, book), "title": title}
    if "check" in more:
        settings["rule"] = more["check"].id
    shell = map_shell(region, book, draws=draws) if has_map else None
    return render_template(f"graph/{name}.html", shell=shell, region=tell(region), settings=settings, title=title, tool=name, **more)


def graph_settings(region, book: LayerBook) -> dict:
    """What the scripts of these pages need, as JSON."""
    language = page_language()
    lists = {name: {value: word.label(language) for value, word in words()[name].items()} for name in LISTS}
    lists["kind"] |= {"strand": gettext("Strand"), "pair": gettext("Pair")}
    lists["severity"] = {
        **{name: say_trace(name, language) for name in ("break", "doubt")}, **{name: say(name, language) for name in ("error", "warning")}
    }  # fmt: skip
    lists["network"] = {name: choice(name)["text"] for name in {*SPECIALITIES, *NETWORKS}}
    return {
        **map_settings(region, book),
        "words": graph_words(),
        "lists": lists,
        "records": list(KINDS),
        "failing": list(FAILING),
        "networks": list(NETWORKS),
        "csrf": generate_csrf(),
    }


def choice(name: str) -> dict:
    """A speciality of the graph with its word."""
    return {"value": name, "text": word_label(*NAMED.get(name, ("speciality", name)), page_language())}

