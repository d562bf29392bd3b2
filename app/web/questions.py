"""Which questions of the graph a thing's kind answers, so that its record and the map's panel lead to them."""

from __future__ import annotations

from flask import current_app, url_for
from flask_babel import gettext

from app.access.gate import get_area
from app.topology.impact import FAILING
from app.topology.places import PLACES
from app.topology.trace_start import HOLDERS, MEMBERS

KINDS = {"trace": (*MEMBERS, *HOLDERS), "impact": FAILING, "route": PLACES, "otdr": ("conductor",)}
PARAMETERS = {"trace": "code", "impact": "code", "route": "from", "otdr": "strand"}


def may_ask() -> bool:
    """Whether the caller sees the whole of the site's region: the graph's answers reach across it."""
    code, area = current_app.extensions["netgrid.settings"].region_code, get_area()
    return area.is_everywhere or (code.isdigit() and area.holds_region(int(code)))


def question_words() -> dict[str, str]:
    """What each question is called on a button; nothing for whom no question is answered."""
    if not may_ask():
        return {}
    return {
        "trace": gettext("Trace"),
        "impact": gettext("Impact"),
        "route": gettext("Route from here"),
        "otdr": gettext("Fault location"),
    }


def question_links(kind: str, code: str, medium: str | None = None) -> list[tuple[str, str, str]]:
    """The questions that a thing leads to: name, word, address. Only strands of fibre are measured with an OTDR."""
    words = question_words()
    asked = [name for name in words if kind in KINDS[name] and not (name == "otdr" and medium == "copper")]
    return [(name, words[name], url_for(f"analysis.{name}_page", **{PARAMETERS[name]: code})) for name in asked]
